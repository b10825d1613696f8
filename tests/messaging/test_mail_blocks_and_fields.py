"""The blocks and fields that messaging brings itself, in four languages, and who reads them."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation

from core.models import Shop
from core.registry import NotRegistered
from messaging.blocks import block_sources, mail_blocks
from messaging.customer_fields import joining_days, look_of, polite_names, shop_looks
from messaging.errors import RenderFailed, TemplateRefused
from messaging.fields import data_for, known_names, mail_fields, occasion_fields, sample_data
from messaging.models import Template, TemplateVersion
from messaging.rendering import render
from messaging.rules.compiling import Source, compile_source
from messaging.rules.problems import Problem
from tests.factories.customers import CustomerFactory
from tests.factories.messaging import NOON, TemplateFactory, TemplateVersionFactory
from tests.messaging.rules.templates import column

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "pl", "cs", "ro")


def with_block(name: str, language: str) -> TemplateVersion:
    source = Source(language, "S", "", column(f'<mj-text>Hi</mj-text><mj-block name="{name}" />'))
    made = compile_source(source, fields=known_names(), blocks=block_sources())
    version: TemplateVersion = TemplateVersionFactory(
        language=language, subject="S", html=made.html, text=made.text
    )
    return version


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name, _block in mail_blocks.items()])
def test_every_block_reads_known_fields_and_says_the_same_in_both_parts(
    shop: Shop, name: str, language: str
) -> None:
    version = with_block(name, language)

    mail = render(version, sample_data(language))

    assert len(mail.text) > len("Hi\n")
    for line in mail.text.splitlines():
        label = line.partition(": https://")[0]
        assert all(
            word in mail.html.replace("&#39;", "'") for word in label.split(" · ")[0].split()
        )


@pytest.mark.parametrize(
    ("language", "leave"),
    [("en", "Unsubscribe"), ("pl", "Rezygnuję"), ("cs", "Odhlásit"), ("ro", "Dezabon")],
)
def test_the_foot_holds_both_links_in_the_mails_language(
    shop: Shop, language: str, leave: str
) -> None:
    with translation.override("cs" if language == "en" else "en"):
        mail = render(with_block("foot", language), sample_data(language))

    assert leave in mail.text
    for part in (mail.html, mail.text):
        assert "https://example.com/unsubscribe" in part
        assert "https://example.com/preferences" in part


def test_a_shop_whose_name_is_markup_stays_words(shop: Shop) -> None:
    data = sample_data("en") | {"shop_name": "<b>{shop} {{ first_name }}</b>"}

    mail = render(with_block("service_foot", "en"), data)

    assert "&lt;b&gt;{shop} {{ first_name }}&lt;/b&gt;" in mail.html
    assert "<b>{shop} {{ first_name }}</b>" in mail.text


def test_a_survey_is_answered_by_eleven_links_lowest_first(shop: Shop) -> None:
    mail = render(with_block("survey_buttons", "pl"), sample_data("pl"))

    found = [line for line in mail.text.splitlines() if "score=" in line]
    assert found == [f"{n}: https://example.com/s?score={n}" for n in range(11)]


@pytest.mark.parametrize(
    ("first_name", "said"),
    [
        ("Anna", {"en": "Anna", "pl": "Pani Anno", "cs": "paní Anno", "ro": "Anna"}),
        ("Zbigniew", {"en": "Zbigniew", "pl": "Panie Zbigniewie", "cs": "", "ro": "Zbigniew"}),
        (" Petr ", {"en": " Petr ", "pl": "", "cs": "pane Petře", "ro": " Petr "}),
        ("", {"en": "", "pl": "", "cs": "", "ro": ""}),
    ],
)
def test_nobody_is_addressed_by_a_guess(first_name: str, said: dict[str, str]) -> None:
    customer = CustomerFactory(first_name=first_name)

    assert {code: polite_names([customer.pk], code)[customer.pk] for code in LANGUAGES} == said


def test_days_are_iso_and_missing_ones_are_left_out() -> None:
    old, new = CustomerFactory(joined_on=date(1999, 1, 2)), CustomerFactory(joined_on=None)

    assert joining_days([old.pk, new.pk], "pl") == {old.pk: "1999-01-02"}


def test_everybody_gets_the_shops_look(shop: Shop) -> None:
    shop.color = "#ffee00"
    shop.save()

    looks = shop_looks([3, 5], "en")

    assert looks == {3: look_of("#ffee00"), 5: look_of("#ffee00")}
    assert look_of("#ffee00")["on_color"] == "#000000"
    assert look_of("#ffee00")["ink"] != look_of("#ffee00")["dark_ink"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_speak_the_mails_language_whoever_looks(shop: Shop, language: str) -> None:
    with translation.override("ro" if language != "ro" else "pl"):
        sample = sample_data(language)

    others = [sample_data(code) for code in LANGUAGES if code != language]
    for name in ("consent_text", "reminder_text", "incident_text"):
        assert sample[name] not in [other[name] for other in others], name


def test_parts_are_known_of_fields_that_have_them() -> None:
    names = known_names()

    assert names["shop_look"] == ("color", "on_color", "ink", "dark_ink")
    assert names["first_name"] == ()
    assert not mail_fields.get("shop_look").is_offered


def test_a_field_that_is_gone_is_an_error_and_not_an_empty_place() -> None:
    version = TemplateVersionFactory(subject="S", html="{{ nobody_knows }}", text="x")

    for asked in (lambda: data_for([1], version), lambda: occasion_fields(version)):
        with pytest.raises(NotRegistered):
            asked()


def test_what_the_occasion_must_bring_is_told_in_order() -> None:
    version = TemplateVersionFactory(
        subject="{{ years }}", html="{{ first_name }}{{ confirm_url }}", text="{{ answer_by }}"
    )

    assert occasion_fields(version) == ["answer_by", "confirm_url", "years"]


@pytest.mark.parametrize("missing", ["unsubscribe_url", "preferences_url", "shop_name"])
def test_a_mail_without_its_links_is_not_made(shop: Shop, missing: str) -> None:
    data = {name: value for name, value in sample_data("en").items() if name != missing}

    with pytest.raises(RenderFailed, match=missing):
        render(with_block("foot", "en"), data)


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("a\r\nb", "a b"),
        ("a\u2028b\x85c", "a b c"),
        ("\x00a\x7f", "a"),
        ("  a  ", "a"),
        ("a\tb", "a b"),
        ("{% if x %}", "{% if x %}"),
    ],
)
def test_a_value_never_breaks_the_subject_line(subject: str, shown: str) -> None:
    version = TemplateVersionFactory(subject="{{ first_name }}")

    mail = render(version, {"first_name": subject})

    assert mail.subject == shown


@pytest.mark.parametrize("broken", [{"number": 0}, {"number": -1}, {"number": 1}])
def test_versions_count_from_one_and_once(broken: dict[str, Any]) -> None:
    version = TemplateVersionFactory()

    with pytest.raises(DatabaseError), transaction.atomic():
        TemplateVersionFactory(template=version.template, **broken)

    assert TemplateVersion.objects.count() == 1


def test_the_database_gives_a_key_once_and_keeps_templates_with_versions() -> None:
    version = TemplateVersionFactory(template__key="tea", published_at=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateFactory(key="tea")
    with pytest.raises(DatabaseError), transaction.atomic():
        version.template.delete()

    assert Template.objects.count() == 1


def test_a_refusal_without_problems_belongs_to_no_field() -> None:
    assert TemplateRefused("No", []).field is None
    assert TemplateRefused("No", [Problem("empty", field="subject")]).field == "subject"


def test_a_template_that_lost_its_name_goes_by_its_key() -> None:
    assert Template(key="tea", name="").title == "tea"
    with translation.override("pl"):
        assert Template(key="tea", name="Our own letter").title == "Our own letter"
