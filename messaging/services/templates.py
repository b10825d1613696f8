"""Templates: saved as drafts, published, and from then on never changed."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.errors import Refused
from core.services import audit
from core.text import squeeze
from messaging.blocks import block_sources
from messaging.errors import RenderFailed, TemplateRefused
from messaging.fields import known_names, sample_data
from messaging.models import MessageClass, Template, TemplateVersion
from messaging.rendering import render
from messaging.rules.compiling import Compiled, Source, compile_source
from messaging.rules.problems import TemplateWrong, wrong
from messaging.template_words import topic_of_service


class WrittenMeanwhile(Refused):
    """Somebody saved another text since this one was opened; `newest` is what stands there now."""

    def __init__(self, newest: TemplateVersion) -> None:
        text = _("Somebody changed this meanwhile. Nothing is saved; your text is still here.")
        super().__init__(text)
        self.newest = newest


def mark_of(version: TemplateVersion | None) -> str:
    """A word for a version and its text, to be brought back when it is saved over; "" for none."""
    return f"{version.number}-{version.sha256[:16]}" if version else ""


def compiled(source: Source) -> Compiled:
    """What a source compiles to; writes nothing. Raises `TemplateRefused` with every reason."""
    if source.language not in dict(settings.LANGUAGES):
        raise Refused(_("This language is not one of the shop's."), field="language")
    try:
        made = compile_source(source, fields=known_names(), blocks=block_sources())
        _refuse_unfillable(source, made)
    except TemplateWrong as error:
        text = _("The template cannot be saved as it is.")
        raise TemplateRefused(text, error.problems) from error
    return made


def _refuse_unfillable(source: Source, made: Compiled) -> None:
    """Raise `TemplateWrong` where even the example values cannot be filled in: loops that never
    end, a filter that does not fit its field. Else everybody's mail would fail."""
    version = TemplateVersion(
        template=Template(),
        language=source.language,
        subject=source.subject,
        html=made.html,
        text=made.text,
    )
    try:
        render(version, sample_data(source.language))
    except RenderFailed as failure:
        reason = str(failure.__cause__).partition("\n")[0]
        raise wrong("not_filled", reason=reason) from failure


@transaction.atomic
def add_template(
    *, actor: User | None, key: str, name: str, kind: str, topic: str = ""
) -> Template:
    """Add a template without any version; audited. Refuses a key or a name that is taken,
    and a service mail with a topic: nobody could leave it."""
    name = squeeze(name)
    _refuse_name(name, None)
    if kind not in MessageClass.values:
        raise Refused(_("Choose what kind of mail this is."), field="kind")
    if kind == MessageClass.SERVICE and topic:
        raise Refused(topic_of_service(), field="topic")
    template = Template(key=key, name=name, kind=kind, topic=topic, created_at=clock.now())
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        raise Refused(_("Another template has this key."), field="key") from error
    audit.record(actor=actor, action="template.added", target=template, details={"key": key})
    return template


@transaction.atomic
def rename_template(*, actor: User | None, template: Template, name: str) -> None:
    """Give a template another name; audited."""
    name = squeeze(name)
    _refuse_name(name, template)
    template.name = name
    template.save(update_fields=["name"])
    audit.record(actor=actor, action="template.renamed", target=template, details={"name": name})


def _refuse_name(name: str, template: Template | None) -> None:
    if not name:
        raise Refused(_("Give the template a name."), field="name")
    others = Template.objects.exclude(pk=template.pk) if template else Template.objects.all()
    # Compared here: SQLite takes only ASCII letters for the same in another case.
    if name.casefold() in {other.casefold() for other in others.values_list("name", flat=True)}:
        raise Refused(_("Another template has this name."), field="name")


@transaction.atomic
def archive_template(*, actor: User | None, template: Template) -> None:
    """Put a template away: no longer offered, but what names it still finds it; audited."""
    template.archived_at = clock.now()
    template.save(update_fields=["archived_at"])
    audit.record(actor=actor, action="template.archived", target=template)


@transaction.atomic
def restore_template(*, actor: User | None, template: Template) -> None:
    """Take a template out again; audited."""
    template.archived_at = None
    template.save(update_fields=["archived_at"])
    audit.record(actor=actor, action="template.restored", target=template)


@transaction.atomic
def save_draft(
    *, actor: User | None, template: Template, source: Source, opened: str | None = None
) -> TemplateVersion:
    """Save the source as the language's draft: in the draft there is, else as the next number;
    where the newest version says just that, it is given as it is.

    `opened` is the mark of what was the newest when the text was opened; raises
    `WrittenMeanwhile` where it is not any more (None: not asked). Compiled first; raises
    `TemplateRefused`. Nothing has changed then.
    """
    made = compiled(source)
    Template.objects.select_for_update().get(pk=template.pk)
    same = TemplateVersion.objects.filter(template=template, language=source.language)
    newest = same.order_by("-number").first()
    if newest is not None and _says(newest, source, made):
        return newest
    if newest is not None and opened is not None and opened != mark_of(newest):
        raise WrittenMeanwhile(newest)
    # Locked too: whoever publishes or sends the draft meanwhile makes it one no more.
    version = same.drafts().select_for_update().order_by("-number").first()
    if version is None:
        last = same.aggregate(last=Max("number"))["last"] or 0
        version = TemplateVersion(
            template=template,
            language=source.language,
            number=last + 1,
            created_by=actor,
            created_at=clock.now(),
        )
    version.subject, version.preheader = source.subject.strip(), source.preheader.strip()
    version.mjml, version.html, version.text = source.mjml, made.html, made.text
    version.sha256 = made.sha256
    version.save()
    return version


def _says(version: TemplateVersion, source: Source, made: Compiled) -> bool:
    """Whether the version is this source, letter by letter, as it compiles today."""
    there = (version.subject, version.preheader, version.mjml, version.html, version.text)
    asked = (source.subject.strip(), source.preheader.strip(), source.mjml, made.html, made.text)
    return there == asked


@transaction.atomic
def publish(*, actor: User | None, version: TemplateVersion) -> TemplateVersion:
    """Publish a draft: from now on it is what is sent in its language, and never changes. Does
    nothing where it is published already; one that went out as a test stays as it is, and its
    text is published under the next number. Audited."""
    locked = TemplateVersion.objects.select_for_update().get(pk=version.pk)
    if locked.published_at is None:
        if locked.is_frozen:
            locked = _next_of(locked, actor)
        locked.published_at = clock.now()
        locked.save(update_fields=["published_at"])
        audit.record(
            actor=actor,
            action="template.published",
            target=locked,
            details={
                "template": locked.template.key,
                "language": locked.language,
                "number": locked.number,
            },
        )
    return locked


def _next_of(version: TemplateVersion, actor: User | None) -> TemplateVersion:
    """A draft with the same text and the next number."""
    Template.objects.select_for_update().get(pk=version.template_id)
    same = TemplateVersion.objects.filter(template=version.template, language=version.language)
    last = same.aggregate(last=Max("number"))["last"]
    content = ("template", "language", "subject", "preheader", "mjml", "html", "text", "sha256")
    return TemplateVersion.objects.create(
        **{name: getattr(version, name) for name in content},
        number=last + 1,
        created_by=actor,
        created_at=clock.now(),
    )


@transaction.atomic
def discard_draft(*, actor: User | None, version: TemplateVersion) -> None:
    """Throw a draft away. Refuses what was published or used."""
    locked = TemplateVersion.objects.select_for_update().get(pk=version.pk)
    if locked.is_frozen:
        raise Refused(_("This version was published or sent, so it stays."))
    audit.record(
        actor=actor,
        action="template.draft_discarded",
        target=locked,
        details={"template": locked.template.key, "language": locked.language},
    )
    locked.delete()


def mark_used(*, version_ids: Iterable[int], now: datetime) -> int:
    """Note the first use of versions, inside the caller's transaction; from then on they cannot be
    changed. Says how many were used for the first time."""
    return TemplateVersion.objects.filter(pk__in=list(version_ids), used_at=None).update(
        used_at=now
    )
