"""Members are told that points lapse: each notice once, by its own local day, with the numbers as
they are when the mail goes."""

from datetime import date
from unittest.mock import patch

import pytest

from core.errors import Refused
from core.models import AuditEntry
from loyalty.models import Lot, News, TellingRule, Told, Unsaid
from loyalty.services import expiry_notices, telling, telling_rules
from loyalty.services.expiry_notices import tell_expiring
from loyalty.services.telling_rules import change_telling, rules_of
from messaging.models import CaughtMail, Message, MessageState, Template
from messaging.services.default_templates import add_default_templates
from messaging.services.senders import default_sender
from messaging.services.sending import Slot
from tests.factories.customers import IdentityFactory
from tests.loyalty.bank import Bank, settle, utc

BOUGHT = "2026-01-10T10:00"
# Twelve months later, through 10 January 2027; the notices begin on 11 December, 3 and 9 January.
LAST_DAY = "2027-01-10"
EARLY = "2026-11-01T12:00"
FIRST, SECOND, LAST = "2026-12-11T08:00", "2027-01-03T08:00", "2027-01-09T08:00"


@pytest.fixture
def anna(shop, member):
    """Anna has an address and 100 points that lapse; the job has been at work since November."""
    add_default_templates()
    IdentityFactory(customer=member.customer, value="anna@example.pl", key="anna@example.pl")
    member.earn("A", 10_000, BOUGHT)
    ripen()
    assert run(EARLY) == 0
    return member


def ripen():
    """Everything earned can be spent."""
    settle("2026-03-01T00:00")


def run(at):
    return tell_expiring(utc(at))


def told():
    rows = Told.objects.order_by("pk")
    return [(row.kind, row.occasion, row.reason, row.units) for row in rows]


def send(at):
    """Let the outbox work at the instant; the subjects of what went."""
    before = set(CaughtMail.objects.values_list("pk", flat=True))
    Slot(default_sender(), now=lambda: utc(at)).pump(lambda: True)
    rows = CaughtMail.objects.exclude(pk__in=before).order_by("pk")
    return [row.subject for row in rows]


def test_three_notices_each_once_on_its_day(anna):
    found = []
    for at in ("2026-12-11T07:59", FIRST, FIRST, "2026-12-20T08:00", SECOND, LAST, LAST):
        found.append(run(at))

    assert found == [0, 1, 0, 0, 1, 1, 0]
    assert told() == [
        (News.EXPIRY_FIRST, LAST_DAY, "", 100),
        (News.EXPIRY_SECOND, LAST_DAY, "", 100),
        (News.EXPIRY_LAST, LAST_DAY, "", 100),
    ]


def test_the_mail_says_the_last_day_and_the_number(anna):
    run(FIRST)

    assert send(FIRST) == ["100 of your points expire soon"]
    content = bytes(CaughtMail.objects.get().content).decode()
    assert "10 January 2027" in content


def test_what_was_spent_after_planning_is_not_promised(anna):
    run(FIRST)
    anna.redeem(60, "2026-12-11T08:05")

    assert send("2026-12-11T08:10") == ["40 of your points expire soon"]


def test_nothing_goes_where_all_was_spent_or_too_little_is_left(anna):
    run(FIRST)
    anna.redeem(100, "2026-12-11T08:05")
    assert send("2026-12-11T08:10") == []
    assert Message.objects.get().reason == Unsaid.NOTHING_LEFT

    assert run(SECOND) == 0
    anna.earn("B", 1_900, BOUGHT)
    ripen()
    assert run(SECOND) == 1
    assert told()[-1] == (News.EXPIRY_SECOND, LAST_DAY, Unsaid.TOO_LITTLE, 19)


def test_points_on_hold_are_not_told_to_lapse(anna):
    anna.reserve(70, "2026-12-11T07:00")

    run(FIRST)

    assert told() == [(News.EXPIRY_FIRST, LAST_DAY, "", 30)]


def test_lots_of_one_day_make_one_mail_and_another_day_another(anna):
    anna.earn("B", 5_000, "2026-01-10T20:00")
    anna.earn("C", 4_000, "2026-01-11T08:00")
    ripen()

    run("2026-12-12T08:00")

    assert told() == [
        (News.EXPIRY_FIRST, "2027-01-10", "", 150),
        (News.EXPIRY_FIRST, "2027-01-11", "", 40),
    ]
    assert len(send("2026-12-12T08:01")) == 2


def test_after_an_outage_it_is_late_for_two_days_then_not_at_all(anna):
    run("2026-12-13T22:59")
    assert told() == [(News.EXPIRY_FIRST, LAST_DAY, "", 100)]

    assert run("2027-01-05T23:00") == 1

    assert told()[-1] == (News.EXPIRY_SECOND, LAST_DAY, Unsaid.TOO_LATE, 100)
    rule = TellingRule.objects.get(kind=News.EXPIRY_SECOND)
    assert rule.done_through == date(2027, 1, 10)
    assert run("2027-01-05T23:05") == 0


def test_a_mail_that_waits_too_long_does_not_go(anna):
    run(FIRST)

    assert send("2026-12-13T23:00") == []
    assert Message.objects.get().state == MessageState.EXPIRED


def test_what_was_due_before_it_began_is_not_told(shop, member):
    add_default_templates()
    member.earn("A", 10_000, BOUGHT)
    ripen()

    assert run("2026-12-12T08:00") == 0
    assert run(SECOND) == 1


def test_who_has_no_address_is_skipped_with_the_reason(shop, member):
    add_default_templates()
    member.earn("A", 10_000, BOUGHT)
    ripen()
    run(EARLY)

    run(FIRST)

    message = Message.objects.get()
    assert (message.state, message.reason) == (MessageState.SUPPRESSED, "no_address")
    assert Told.objects.get().message == message


def test_killed_half_way_and_repeated_it_is_one_mail(anna):
    with (
        patch.object(telling.Told.objects, "bulk_create", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        run(FIRST)
    assert (Told.objects.count(), Message.objects.count()) == (0, 0)

    run(FIRST)
    Told.objects.all().delete()
    run(FIRST)

    assert (Told.objects.count(), Message.objects.count()) == (1, 1)
    assert len(send(FIRST)) == 1


def test_batches_reach_everybody(shop, db, monkeypatch):
    monkeypatch.setattr(expiry_notices, "BATCH", 2)
    add_default_templates()
    people = [Bank() for _number in range(5)]
    for one in people:
        one.earn(f"A{one.customer.pk}", 10_000, BOUGHT)
    ripen()
    run(EARLY)

    assert run(FIRST) == 5
    assert Told.objects.values("account").distinct().count() == 5


def change(member, rules, least=20, version=None):
    member.programme.refresh_from_db()
    return change_telling(
        actor=member.manager,
        programme=member.programme,
        rules=rules,
        notice_least=least,
        version=member.programme.version if version is None else version,
        now=utc(EARLY),
    )


def test_what_is_switched_off_is_not_told(anna):
    change(anna, {News.EXPIRY_FIRST: (False, 30), News.EXPIRY_LAST: (True, 2)})

    assert [run(at) for at in (FIRST, SECOND, "2027-01-08T08:00", LAST)] == [0, 1, 1, 0]
    entry = AuditEntry.objects.get(action="telling.changed")
    assert entry.details == {"expiry_first": ["30", "off"], "expiry_last": ["1", "2"]}


def test_changed_days_tell_nothing_a_second_time(anna):
    run(FIRST)
    rules = {kind: (rule.is_on, rule.days) for kind, rule in rules_of(anna.programme).items()}
    change(anna, rules | {News.EXPIRY_FIRST: (True, 20)})

    assert run("2026-12-21T08:00") == 0


def test_notices_come_one_after_the_other(anna):
    with pytest.raises(Refused):
        change(anna, {News.EXPIRY_FIRST: (True, 7), News.EXPIRY_SECOND: (True, 7)})
    with pytest.raises(Refused):
        change(anna, {}, version=77)

    assert telling_rules.rule_of(anna.programme, News.EXPIRY_FIRST).days == 30


def test_a_template_that_is_put_away_says_so(anna):
    Template.objects.filter(key="points_expiring").update(archived_at=utc(EARLY))

    run(FIRST)

    assert told() == [(News.EXPIRY_FIRST, LAST_DAY, Unsaid.NO_TEXT, 100)]
    assert Lot.objects.get().remaining == 100
