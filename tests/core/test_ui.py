from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone, translation

from core.navigation import Link, Waiting
from core.templatetags import ui

NBSP = "\N{NO-BREAK SPACE}"
WARSAW = ZoneInfo("Europe/Warsaw")


def render(text: str, **context: object) -> str:
    return Template(text).render(Context(context))


def test_an_icon_is_drawn_inline_and_hidden_from_screen_readers() -> None:
    drawn = render('{% icon "telephone" "good" %}')

    assert drawn.startswith('<svg class="icon good"')
    assert 'aria-hidden="true"' in drawn
    assert "<path" in drawn
    assert "style=" not in drawn


def test_an_icon_that_does_not_exist_fails_loudly() -> None:
    with pytest.raises(FileNotFoundError):
        render('{% icon "no-such-icon" %}')


@pytest.mark.parametrize(
    ("language", "locale"),
    [("en", "en_GB"), ("pl", "pl"), ("cs", "cs"), ("ro", "ro"), ("pt-br", "pt_br")],
)
def test_the_readers_locale(language: str, locale: str) -> None:
    with translation.override(language):
        assert ui.locale() == locale


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", f"PLN{NBSP}4,218.40"),
        ("pl", f"4{NBSP}218,40{NBSP}zł"),
        ("cs", f"4{NBSP}218,40{NBSP}PLN"),
        ("ro", f"4.218,40{NBSP}PLN"),
    ],
)
def test_money(language: str, text: str) -> None:
    with translation.override(language):
        assert render("{{ minor|money:currency }}", minor=421840, currency="PLN") == text


@pytest.mark.parametrize("name", ["money:'PLN'", "whole", "rate", "day", "ago"])
def test_nothing_is_a_dash_never_a_nought(name: str) -> None:
    assert render("{{ value|" + name + " }}", value=None) == "–"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "1,234,567"), ("pl", f"1{NBSP}234{NBSP}567"), ("ro", "1.234.567")],
)
def test_whole_numbers_are_grouped(language: str, text: str) -> None:
    with translation.override(language):
        assert ui.whole(1_234_567) == text


@pytest.mark.parametrize(
    ("value", "digits", "language", "text"),
    [
        (90.6949, 1, "en", "90.7 %"),
        (90.6949, 1, "pl", "90,7 %"),
        (0.0, 1, "en", "0.0 %"),
        (100.0, 0, "cs", "100 %"),
        (-1.25, 2, "en", "-1.25 %"),
        (1234.5, 1, "en", "1,234.5 %"),
    ],
)
def test_rates(value: float, digits: int, language: str, text: str) -> None:
    with translation.override(language):
        assert ui.rate(value, digits) == text.replace(" %", f"{NBSP}%")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "1 May 2026"),
        ("pl", "1 maja 2026"),
        ("cs", "1. května 2026"),
        ("ro", "1 mai 2026"),
    ],
)
def test_days_are_written_in_words(language: str, text: str) -> None:
    with translation.override(language):
        assert ui.day(date(2026, 5, 1)) == text


def test_an_instant_is_dated_in_the_active_zone() -> None:
    late = datetime(2026, 5, 1, 22, 30, tzinfo=UTC)

    with timezone.override(WARSAW), translation.override("en"):
        assert ui.day(late) == "2 May 2026"
        assert ui.clock_time(late) == "00:30"
    with timezone.override(UTC):
        assert ui.day(late) == "1 May 2026"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "3 hours ago"),
        ("pl", "3 godziny temu"),
        ("cs", "před 3 hodinami"),
        ("ro", "acum 3 ore"),
    ],
)
def test_ago_says_both_the_words_and_the_instant(language: str, text: str) -> None:
    with (
        time_machine.travel("2026-11-22T15:00:00Z", tick=False),
        translation.override(language),
        timezone.override(WARSAW),
    ):
        shown = ui.ago(datetime(2026, 11, 22, 12, tzinfo=UTC))

    assert f">{text}</time>" in shown
    assert 'datetime="2026-11-22T12:00:00+00:00"' in shown
    assert "13:00" in shown


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Łucja Nowakowska", "ŁN"),
        ("Anna Maria Kowalska", "AK"),
        ("ściana", "Ś"),
        ("李 小龍", "李小"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert ui.initials(name) == letters


def test_items_by_index_and_key() -> None:
    assert ui.at(["a", "b"], 1) == "b"
    assert ui.at(["a", "b"], 2) is None
    assert ui.item({"a": 1}, "a") == 1
    assert ui.item({"a": 1}, "b") is None


def test_what_waits_is_asked_of_the_person() -> None:
    link = Link("Today", "day", "sun", 1, waiting=lambda user: Waiting(len(str(user)), 1))

    assert ui.waiting(link, "Eva") == Waiting(3, 1)
    assert ui.waiting(Link("Plain", "plain", "sun", 2), "Eva") is None


def test_texts_of_people_are_escaped() -> None:
    assert render("{{ name|initials }}", name="<b> &x") == "&lt;&amp;"


@pytest.mark.parametrize(("part", "whole", "per_cent"), [(1, 3, 33), (2, 2, 100), (5, 0, 0)])
def test_percent_of(part: int, whole: int, per_cent: int) -> None:
    assert ui.percent_of(part, whole) == per_cent
