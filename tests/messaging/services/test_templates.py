"""Drafts are saved and changed, published versions never; the default templates are the shop's."""

import pytest
from django.utils import timezone

from core.errors import Refused
from core.models import AuditEntry
from messaging.default_texts import DEFAULTS, LANGUAGES
from messaging.errors import TemplateRefused
from messaging.models import MessageClass, Template, TemplateVersion
from messaging.rules.compiling import Source
from messaging.services import templates
from messaging.services.default_templates import add_default_templates
from tests.conftest import Cast
from tests.factories.messaging import NOON, TemplateFactory, TemplateVersionFactory
from tests.messaging.rules.templates import column

pytestmark = pytest.mark.django_db
TEXT = column("<mj-text>Hello {{ first_name }}</mj-text>")


def source(mjml: str = TEXT, *, subject: str = "Hello", language: str = "en") -> Source:
    return Source(language, subject, "A preview", mjml)


def test_a_draft_is_compiled_and_saved_as_the_first_version(cast: Cast) -> None:
    template = TemplateFactory()

    version = templates.save_draft(actor=cast["marketer"], template=template, source=source())

    assert (version.number, version.language, version.created_by) == (1, "en", cast["marketer"])
    assert "Hello {{ first_name }}" in version.html
    assert version.text == "Hello {{ first_name }}"
    assert (version.subject, version.preheader) == ("Hello", "A preview")
    assert not version.is_frozen


def test_saving_again_changes_the_draft_until_it_is_published(cast: Cast) -> None:
    template, actor = TemplateFactory(), cast["marketer"]
    first = templates.save_draft(actor=actor, template=template, source=source())

    again = templates.save_draft(actor=actor, template=template, source=source(subject="Better"))
    templates.publish(actor=actor, version=again)
    next_one = templates.save_draft(actor=actor, template=template, source=source(subject="New"))

    assert (again.pk, next_one.number) == (first.pk, 2)
    subjects = TemplateVersion.objects.order_by("number").values_list("subject", flat=True)
    assert list(subjects) == ["Better", "New"]


def test_a_draft_that_was_sent_as_a_test_stays_as_it_was() -> None:
    template = TemplateFactory()
    TemplateVersionFactory(template=template, used_at=NOON)

    version = templates.save_draft(actor=None, template=template, source=source())

    assert version.number == 2


def test_languages_count_on_their_own() -> None:
    template = TemplateFactory()

    numbers = [
        templates.save_draft(actor=None, template=template, source=source(language=code)).number
        for code in ("en", "pl")
    ]

    assert numbers == [1, 1]


def test_what_cannot_be_compiled_changes_nothing() -> None:
    template = TemplateFactory()
    templates.save_draft(actor=None, template=template, source=source())

    with pytest.raises(TemplateRefused) as caught:
        templates.save_draft(
            actor=None,
            template=template,
            source=source(column("<mj-text><script>x</script></mj-text>"), subject="a\nb"),
        )

    assert [problem.code for problem in caught.value.problems] == ["line_break", "html_tag"]
    assert caught.value.field == "subject"
    assert TemplateVersion.objects.get().subject == "Hello"


def test_a_language_that_is_not_ours_is_refused() -> None:
    with pytest.raises(Refused, match="language"):
        templates.save_draft(actor=None, template=TemplateFactory(), source=source(language="xx"))


def test_publishing_is_audited_once(cast: Cast) -> None:
    version = TemplateVersionFactory()

    published = templates.publish(actor=cast["manager"], version=version)
    again = templates.publish(actor=cast["manager"], version=version)

    assert published.published_at == again.published_at is not None
    entry = AuditEntry.objects.get(action="template.published")
    assert entry.details == {"template": version.template.key, "language": "en", "number": 1}


def test_a_draft_can_be_discarded_and_a_published_version_not(cast: Cast) -> None:
    draft, published = TemplateVersionFactory(), TemplateVersionFactory(published_at=NOON)

    templates.discard_draft(actor=cast["marketer"], version=draft)
    with pytest.raises(Refused, match="stays"):
        templates.discard_draft(actor=cast["marketer"], version=published)

    assert list(TemplateVersion.objects.all()) == [published]


def test_the_first_use_is_noted_once() -> None:
    version = TemplateVersionFactory(published_at=NOON)

    counts = [
        templates.mark_used(version_ids=[version.pk], now=moment)
        for moment in (NOON, timezone.now())
    ]

    version.refresh_from_db()
    assert (counts, version.used_at) == ([1, 0], NOON)


def test_names_and_keys_are_given_once() -> None:
    templates.add_template(actor=None, key="tea", name=" Tea  time ", kind="marketing")

    for field, wrong in (
        ("name", {"key": "other", "name": "TEA TIME"}),
        ("name", {"key": "other", "name": " "}),
        ("key", {"key": "tea", "name": "Other"}),
    ):
        with pytest.raises(Refused) as caught:
            templates.add_template(actor=None, kind="marketing", **wrong)
        assert caught.value.field == field
    with pytest.raises(Refused):
        templates.add_template(actor=None, key="x", name="X", kind="spam")

    assert Template.objects.get().name == "Tea time"


def test_putting_away_and_taking_out_again() -> None:
    template = TemplateFactory()

    templates.archive_template(actor=None, template=template)
    assert not Template.objects.kept().exists()
    templates.restore_template(actor=None, template=template)
    templates.rename_template(actor=None, template=template, name="Other")

    assert Template.objects.kept().get().name == "Other"
    assert AuditEntry.objects.filter(action__startswith="template.").count() == 3


def test_a_fresh_shop_gets_more_than_a_dozen_templates_in_four_languages() -> None:
    added = add_default_templates()

    assert added == [default.key for default in DEFAULTS]
    assert len(added) == 19
    assert TemplateVersion.objects.published().count() == 19 * len(LANGUAGES)
    kinds = set(Template.objects.values_list("kind", flat=True))
    assert kinds == set(MessageClass.values)


def test_defaults_are_added_once_and_leave_the_shops_own_alone() -> None:
    TemplateFactory(key="newsletter", name="Our letter")
    TemplateFactory(key="own", name="welcome")

    added = add_default_templates()

    assert len(added) == 18
    assert Template.objects.get(key="newsletter").versions.count() == 0
    assert Template.objects.get(key="welcome").name == "Welcome (2)"
    assert add_default_templates() == []


def test_a_service_mail_with_a_topic_is_refused_since_nobody_could_leave_it() -> None:
    with pytest.raises(Refused) as refused:
        templates.add_template(
            actor=None, key="cake", name="Cake", kind="service", topic="birthday"
        )

    assert refused.value.field == "topic"
    assert not Template.objects.filter(key="cake").exists()


def test_who_saves_over_a_text_that_changed_meanwhile_is_told(cast: Cast) -> None:
    template, actor = TemplateFactory(), cast["marketer"]
    opened = templates.mark_of(
        templates.save_draft(actor=actor, template=template, source=source())
    )
    other = templates.save_draft(
        actor=actor, template=template, source=source(subject="Other"), opened=opened
    )

    with pytest.raises(templates.WrittenMeanwhile) as refused:
        templates.save_draft(
            actor=actor, template=template, source=source(subject="Mine"), opened=opened
        )

    assert refused.value.newest == other
    assert TemplateVersion.objects.get().subject == "Other"
    # The same text a second time (a double click) is no other text.
    again = templates.save_draft(
        actor=actor, template=template, source=source(subject="Other"), opened=opened
    )
    assert again == other


def test_what_was_sent_as_a_test_is_published_under_the_next_number(cast: Cast) -> None:
    template, actor = TemplateFactory(), cast["marketer"]
    draft = templates.save_draft(actor=actor, template=template, source=source())
    templates.mark_used(version_ids=[draft.pk], now=NOON)

    tested = templates.save_draft(actor=actor, template=template, source=source())
    made = templates.publish(actor=actor, version=tested)

    assert tested == draft
    assert (made.number, made.html, made.used_at) == (2, draft.html, None)
    assert TemplateVersion.objects.get(pk=draft.pk).published_at is None
    assert templates.save_draft(actor=actor, template=template, source=source()) == made


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("{% for a in (1..99) %}{% for b in (1..99) %}x{% endfor %}{% endfor %}", "limit reached"),
        ("{{ first_name | money }}", "not an amount of money"),
        ("{{ last_purchase_on | date: 'tomorrow' }}", "is no style of dates"),
    ],
)
def test_what_even_examples_cannot_fill_is_not_saved(words: str, reason: str) -> None:
    template = TemplateFactory()

    mjml = column(f"<mj-text>{words}</mj-text>")
    with pytest.raises(TemplateRefused) as refused:
        templates.save_draft(actor=None, template=template, source=source(mjml))

    (problem,) = refused.value.problems
    assert problem.code == "not_filled"
    assert reason in problem.values["reason"]
    assert not TemplateVersion.objects.exists()
