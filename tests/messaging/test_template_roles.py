"""Templates by role: who reads, who writes, and what services and forms refuse or leave alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Role
from core.errors import Refused
from core.models import AuditEntry, Shop
from messaging.errors import TemplateRefused
from messaging.forms.template import SourceForm, TemplateForm
from messaging.models import Template, TemplateVersion
from messaging.rules.compiling import Source
from messaging.services import templates as service
from tests.conftest import Cast
from tests.factories.messaging import NOON, TemplateFactory, TemplateVersionFactory
from tests.factories.permission import TopicFactory
from tests.messaging.rules.templates import column

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
TEXT = column("<mj-text>Hello {{ first_name }}</mj-text><mj-block name='foot' />")
SENT = {"subject": "News", "preheader": "A few", "mjml": TEXT}
WRITERS = {Role.MARKETER, Role.MANAGER, Role.ADMIN}
READING = ("templates", "template", "template_edit", "version", "version_preview")
WRITING = (
    "template",
    "template_edit",
    "template_publish",
    "template_discard",
    "template_test",
    "template_archive",
    "template_restore",
    "templates_defaults",
    "version_reuse",
)


@pytest.fixture
def version(shop: Shop) -> TemplateVersion:
    made: TemplateVersion = TemplateVersionFactory(
        template__kind="marketing", template__name="Spring letter", published_at=NOON, mjml=TEXT
    )
    return made


def place(name: str, version: TemplateVersion, language: str = "en") -> str:
    if name.startswith("version"):
        return reverse(f"messaging:{name}", args=[version.pk])
    if name.startswith("templates"):
        return reverse(f"messaging:{name}")
    in_language = name in {"template_edit", "template_publish", "template_discard", "template_test"}
    arguments = [version.template_id, language] if in_language else [version.template_id]
    return reverse(f"messaging:{name}", args=arguments)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", READING)
def test_everybody_reads_templates(
    sign_in: SignIn, version: TemplateVersion, role: str, name: str
) -> None:
    assert sign_in(role).get(place(name, version)).status_code == 200


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", WRITING)
def test_marketers_and_those_above_write_them(
    sign_in: SignIn, version: TemplateVersion, role: str, name: str
) -> None:
    before = list(TemplateVersion.objects.values())

    answer = sign_in(role).post(place(name, version), {**SENT, "name": "Other"})

    may_write = Role(role) in WRITERS
    assert answer.status_code == (302 if may_write else 403)
    denied = AuditEntry.objects.filter(action="access.denied").exists()
    assert denied is not may_write
    if not may_write:
        assert list(TemplateVersion.objects.values()) == before
        assert Template.objects.get().name == "Spring letter"


@pytest.mark.parametrize("role", Role.values)
def test_only_writers_are_offered_a_new_template(sign_in: SignIn, shop: Shop, role: str) -> None:
    client = sign_in(role)

    shown = reverse("messaging:template_new") in client.get("/templates/").content.decode()

    assert shown is (Role(role) in WRITERS)
    assert client.get(reverse("messaging:template_new")).status_code == (200 if shown else 403)


@pytest.mark.parametrize("name", [*READING[1:], "version_reuse", "template_archive"])
def test_what_is_not_there_is_not_found(
    sign_in: SignIn, version: TemplateVersion, name: str
) -> None:
    gone = TemplateVersion(pk=987_654, template_id=987_654)
    method = "post" if name in {"version_reuse", "template_archive"} else "get"

    assert getattr(sign_in("admin"), method)(place(name, gone)).status_code == 404


@pytest.mark.parametrize("language", ["en", "pl", "cs", "ro"])
def test_each_language_is_written_and_published_on_its_own(
    sign_in: SignIn, version: TemplateVersion, language: str
) -> None:
    sent = {**SENT, "subject": f"Zażółć {language} ř ș"}

    sign_in("marketer").post(place("template_publish", version, language), sent)

    made = TemplateVersion.objects.exclude(pk=version.pk).get()
    assert (made.language, made.subject) == (language, sent["subject"])
    assert made.number == (2 if language == "en" else 1)
    assert made.published_at is not None
    assert f'lang="{language}"' in made.html


@pytest.mark.parametrize("name", ["template_edit", "template_publish", "template_test"])
@pytest.mark.parametrize("field", SENT)
def test_what_is_refused_is_given_back_as_it_was_written(
    sign_in: SignIn, version: TemplateVersion, name: str, field: str
) -> None:
    sent = {**SENT, field: "{{ nobody_knows }} <i>ż</i>"}

    answer = sign_in("marketer").post(place(name, version), sent)

    assert answer.status_code == 422
    assert "{{ nobody_knows }} &lt;i&gt;ż&lt;/i&gt;" in answer.content.decode()
    assert list(TemplateVersion.objects.all()) == [version]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \u200b "}, "name"),
        ({"name": "SPRING letter"}, "name"),
        ({"key": "taken"}, "key"),
        ({"kind": "spam"}, "kind"),
        ({"kind": ""}, "kind"),
    ],
)
def test_a_new_template_is_refused_at_its_field(changes: dict[str, str], field: str) -> None:
    TemplateFactory(key="taken", name="Spring letter")
    values = {"key": "free", "name": "Free", "kind": "service"}

    with pytest.raises(Refused) as refused:
        service.add_template(actor=None, **values | changes)

    assert refused.value.field == field
    assert Template.objects.count() == 1
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("name", "is_taken"), [("ŻÓŁTA  jesień", True), ("Own", False), ("OWN", False), ("New", False)]
)
def test_a_name_is_its_own_or_nobodys(name: str, is_taken: bool) -> None:
    TemplateFactory(name="Żółta jesień", archived_at=NOON)
    own = TemplateFactory(name="Own")

    if is_taken:
        with pytest.raises(Refused, match="this name"):
            service.rename_template(actor=None, template=own, name=name)
    else:
        service.rename_template(actor=None, template=own, name=name)

    own.refresh_from_db()
    assert own.name == ("Own" if is_taken else name)


def test_every_change_is_on_record_with_who_made_it(cast: Cast) -> None:
    actor = cast["marketer"]
    template = service.add_template(actor=actor, key="tea", name="Tea", kind="service")
    draft = service.save_draft(
        actor=actor, template=template, source=Source("pl", " Hej ", " x ", TEXT)
    )

    service.discard_draft(actor=actor, version=draft)

    assert (draft.subject, draft.preheader) == ("Hej", "x")
    rows = AuditEntry.objects.order_by("pk").values_list("actor", "action", "details")
    assert list(rows) == [
        (actor.label, "template.added", {"key": "tea"}),
        (actor.label, "template.draft_discarded", {"template": "tea", "language": "pl"}),
    ]


@pytest.mark.parametrize("frozen", [{"published_at": NOON}, {"used_at": NOON}])
def test_what_was_sent_or_published_meanwhile_is_not_thrown_away(frozen: dict[str, Any]) -> None:
    stale = TemplateVersionFactory()
    TemplateVersion.objects.filter(pk=stale.pk).update(**frozen)

    with pytest.raises(Refused, match="stays"):
        service.discard_draft(actor=None, version=stale)

    assert TemplateVersion.objects.filter(pk=stale.pk).exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("language", ["pl", "cs", "ro"])
def test_a_refusal_speaks_the_writers_language(language: str) -> None:
    source = Source("en", "S", "", "<mjml>")
    with pytest.raises(TemplateRefused) as english:
        service.compiled(source)

    with translation.override(language), pytest.raises(TemplateRefused) as refused:
        service.compiled(source)

    assert refused.value.message != english.value.message
    assert refused.value.problems == english.value.problems


def test_topics_are_offered_in_the_readers_language() -> None:
    TopicFactory(key="tea", names={"en": "Tea", "cs": "Čaj"})

    with translation.override("cs"):
        choices = dict(TemplateForm().fields["topic"].choices)

    assert choices["tea"] == "Čaj"


@pytest.mark.parametrize(
    ("name", "is_word"),
    [
        ("word-0", True),
        ("word-00", True),
        ("word-1000", False),
        ("word-٠", False),
        ("word--1", False),
    ],
)
def test_only_numbered_words_take_a_place(name: str, is_word: bool) -> None:
    form = SourceForm({**SENT, name: "Changed"})

    assert form.is_valid()
    assert ("Changed" in form.cleaned_data["mjml"]) is is_word


def test_a_source_that_cannot_be_taken_apart_is_shown_as_source() -> None:
    assert SourceForm({**SENT, "mjml": "<mjml>"}).words() is None
    words = SourceForm(initial=SENT).words()
    assert words is not None
    assert [(word.name, word.value) for word in words] == [("word-0", "Hello {{ first_name }}")]
