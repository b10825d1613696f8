"""The rules of earning on their pages: said in words, tried out, saved, switched."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from core.models import AuditEntry
from customers import segments
from customers.services.segments import save_segment
from loyalty import what_if
from loyalty.models import EarningRule, RuleVersion
from loyalty.rules.earning import RuleKind
from loyalty.services.earning_rules import add_rule, switch_rule
from loyalty.services.programmes import get_programme
from tests.factories.customers import PurchaseFactory, PurchaseLineFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DOUBLE = {
    "times": "2",
    "category": "Ceramics",
    "first_day": "2026-12-01",
    "last_day": "2026-12-24",
    "version": "1",
}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


def new(kind):
    return reverse("loyalty:rule_new", args=[kind])


def rule(kind="multiplier", **says):
    programme = get_programme()
    return add_rule(actor=None, programme=programme, kind=RuleKind(kind), says=says, now=NOW)


def lines(client):
    rules = client.get(reverse("loyalty:programme")).context["rules"]
    return [(_plain(row.words), row.when) for row in rules]


def _plain(words):
    plain = words.replace('<strong class="slot">', "").replace("</strong>", "")
    return plain.replace("\xa0", " ")


def test_rules_are_sentences(sign_in):
    tree = segments.parse({"all": [{"field": "city", "operator": "is", "value": "Brno"}]})
    segment = save_segment(actor=None, segment=None, name="Brno", tree=tree)
    december = {"first_day": date(2026, 12, 1), "last_day": date(2026, 12, 24)}
    rule(times_percent=200, category="Ceramics", **december)
    rule(times_percent=150, segment=segment.pk, stacks=True, weekdays=0b1100000)
    rule("bonus", units=50, from_minor=20_000)
    rule("event", units=50, event="survey", period="days", period_days=90, most_times=1)
    rule("excluded", category="Delivery")
    switch_rule(actor=None, rule=rule("cap", units=1, period="month"), on=False)

    assert lines(sign_in("manager")) == [
        (
            "2 times as many points on Ceramics from 1 December 2026 to 24 December 2026",
            "starts in 10 days",
        ),
        (
            "1.5 times as many points, on top of other rules, for “Brno” on Saturday, Sunday",
            "always",
        ),
        ("50 points extra for a purchase from PLN 200.00", "always"),
        ("50 points for answering a survey, once in 90 days", "always"),
        ("Nothing on Delivery", "always"),
        ("At most 1 point by purchases a month", "off"),
    ]


def test_a_marketer_writes_a_rule(sign_in):
    answer = sign_in("marketer").post(new("multiplier"), {**DOUBLE, "do": "save"})

    assert answer.status_code == 302
    version = RuleVersion.objects.get()
    assert (version.times_percent, version.category) == (200, "Ceramics")
    assert (str(version.first_day), str(version.last_day)) == ("2026-12-01", "2026-12-24")
    assert AuditEntry.objects.get(action="earning_rule.added").details["category"] == "Ceramics"


def test_the_example_follows_what_is_typed_and_saves_nothing(sign_in):
    """139.00 twice, and 47.99 once: on the first day on which the rule holds."""
    answer = sign_in("marketer").post(new("multiplier"), {**DOUBLE, "do": "try"})

    example = answer.context["trial"].example
    assert (answer.status_code, example.units, example.day) == (200, 325, date(2026, 12, 1))
    assert [(line.category, line.times) for line in example.lines] == [("Ceramics", 2), ("", 1)]
    assert not EarningRule.objects.exists()


def test_the_basket_may_be_another_one(sign_in):
    basket = {"category_1": "Ceramics", "amount_1": "10,00", "day": "2026-12-25"}

    answer = sign_in("marketer").post(new("multiplier"), {**DOUBLE, **basket, "do": "try"})

    assert answer.context["trial"].example.units == 10
    shown = sign_in("support").get(reverse("loyalty:programme"), {"amount_1": "79.99"})
    assert shown.context["trial"].example.units == 79


def october(number, minor, category="", **more):
    row = PurchaseFactory(
        occurred_at=datetime(2026, 10, 31, 12, number, tzinfo=UTC), gross_minor=minor, **more
    )
    if category:
        PurchaseLineFactory(purchase=row, category=category, amount_minor=minor)
    return row


def test_it_says_what_last_month_would_have_cost(sign_in):
    october(1, 10_000, "Ceramics")
    october(2, 5_050, "Mugs")
    october(3, 4_000, "Ceramics", refunded_minor=1_000)
    october(4, 99_900, customer=None)
    october(5, 99_900, currency="EUR")
    PurchaseFactory(gross_minor=99_900)
    rule("cap", units=70, period="day")
    typed = {"times": "2", "category": "Ceramics", "version": "1", "do": "try"}

    trial = sign_in("marketer").post(new("multiplier"), typed).context["trial"]

    # Today 70, 50 and 30; doubled 70 (capped), 50 and 60.
    assert (trial.cost.counted, trial.cost.is_whole, trial.cost.month) == (
        3,
        True,
        date(2026, 10, 1),
    )
    assert trial.cost.units == (150, 180)
    assert (trial.difference_minor, trial.is_less) == (30, False)


def test_a_large_month_is_counted_in_part_and_says_so(sign_in, monkeypatch):
    monkeypatch.setattr(what_if, "MOST", 2)
    monkeypatch.setattr(what_if, "BATCH", 1)
    for number in (1, 2, 3):
        october(number, number * 10_000)

    page = sign_in("manager").get(reverse("loyalty:programme"))

    assert page.context["trial"].cost.units == (500,)
    assert "only the newest purchases by known customers, 2 of 3" in page.content.decode()


def test_a_rule_is_changed_by_one_at_a_time(sign_in):
    row = rule(times_percent=200)
    client, address = sign_in("marketer"), reverse("loyalty:rule_edit", args=[row.pk])
    assert client.get(address).context["form"]["times"].value() == 2

    assert client.post(address, {"times": "3", "version": "1"}).status_code == 302
    late = client.post(address, {"times": "4", "version": "1"})

    assert late.status_code == 422
    again = {"times": "4", "version": late.context["form"]["version"].value()}
    assert client.post(address, again).status_code == 302
    assert [version.times_percent for version in RuleVersion.objects.order_by("number")] == [
        200,
        300,
        400,
    ]


def test_a_rule_is_switched_off_and_on(sign_in):
    row, client = rule(times_percent=200), sign_in("marketer")

    client.post(reverse("loyalty:rule_off", args=[row.pk]))
    assert lines(client)[0][1] == "off"
    client.post(reverse("loyalty:rule_on", args=[row.pk]))
    assert lines(client)[0][1] == "always"


@pytest.mark.parametrize(
    ("kind", "sent", "field"),
    [
        ("multiplier", {"times": "0.5"}, "times"),
        ("multiplier", {"times": "2.005"}, "times"),
        ("multiplier", {"times": "2", "segment": "99"}, "segment"),
        (
            "multiplier",
            {"times": "2", "last_day": "2026-01-01", "first_day": "2026-01-02"},
            "last_day",
        ),
        ("bonus", {"units": "50", "from_amount": "0"}, "from_amount"),
        ("bonus", {"units": "50", "from_amount": "9999999999"}, "from_amount"),
        ("event", {"units": "50", "event": "sleeping"}, "event"),
        ("event", {"units": "50", "event": "visit", "period": "days"}, "period_days"),
        ("cap", {"units": "50", "period": ""}, "period"),
        ("excluded", {}, "category"),
    ],
)
def test_rules_that_cannot_be_are_refused(sign_in, kind, sent, field):
    answer = sign_in("marketer").post(new(kind), {**sent, "version": "1"})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not EarningRule.objects.exists()


def test_nobody_else_writes_rules(sign_in):
    assert sign_in("support").post(new("multiplier"), DOUBLE).status_code == 403
    assert sign_in("marketer").get(new("nonsense")).status_code == 404
    assert sign_in("marketer").get(reverse("loyalty:rule_edit", args=[9])).status_code == 404
