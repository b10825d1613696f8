"""The templates that every shop begins with, made once and from then on the shop's own."""

from django.db import transaction

from core import clock
from core.models import Shop
from core.services.shop import get_shop
from messaging.default_texts import DEFAULTS, LANGUAGES, DefaultTemplate, source_of
from messaging.models import Template, TemplateVersion
from messaging.services.templates import add_template, compiled


@transaction.atomic
def add_default_templates() -> list[str]:
    """Add the default templates that the shop lacks, published in all languages; the keys of what
    was added. What the shop has changed or put away is left alone."""
    # One at a time: several machines may start at once.
    Shop.objects.select_for_update().get(pk=get_shop().pk)
    there = set(Template.objects.values_list("key", flat=True))
    missing = [default for default in DEFAULTS if default.key not in there]
    for default in missing:
        _add(default)
    return [default.key for default in missing]


def _add(default: DefaultTemplate) -> None:
    template = add_template(
        actor=None,
        key=default.key,
        name=_free_name(default.name),
        kind=default.kind,
        topic=default.topic,
    )
    now = clock.now()
    versions = [_version(template, language) for language in LANGUAGES]
    for version in versions:
        version.created_at = version.published_at = now
    TemplateVersion.objects.bulk_create(versions)


def _version(template: Template, language: str) -> TemplateVersion:
    source = source_of(template.key, language)
    made = compiled(source)
    return TemplateVersion(
        template=template,
        language=language,
        number=1,
        subject=source.subject,
        preheader=source.preheader,
        mjml=source.mjml,
        html=made.html,
        text=made.text,
        sha256=made.sha256,
    )


def _free_name(name: str) -> str:
    """The name, numbered where a template of the shop bears it already."""
    taken = {known.casefold() for known in Template.objects.values_list("name", flat=True)}
    candidates = [name, *(f"{name} ({number})" for number in range(2, len(taken) + 3))]
    return next(candidate for candidate in candidates if candidate.casefold() not in taken)
