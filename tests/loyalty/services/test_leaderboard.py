"""The leaderboard: who is where by what, kept up to date, left and joined; worked by hand."""

from datetime import date

import pytest
import time_machine

from core.errors import Refused
from core.models import AuditEntry
from core.privacy import personal_data
from core.templatetags.ui import money
from loyalty.leaderboard import board_for, board_lines, standing_of
from loyalty.models import LeaderboardOptOut, LeaderboardScore
from loyalty.models.leaderboard import Measure
from loyalty.rules.earning import RuleKind
from loyalty.services import leaderboard, members
from loyalty.services.awarding import award_marked
from loyalty.services.challenges import add_challenge
from loyalty.services.earning_rules import add_rule
from loyalty.services.leaderboard import change_board, get_board, join_board, leave_board
from loyalty.services.rewarding import reward_event
from tests.factories.customers import CustomerFactory
from tests.loyalty.bank import later, programme, utc
from tests.loyalty.services.test_challenges import values
from tests.loyalty.services.test_tiers import buy, refund

pytestmark = pytest.mark.django_db
NOW = utc("2027-05-20T12:00")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        programme()
        yield


@pytest.fixture
def people():
    named = [("Anna", "Nowak"), ("Ola", "Lis"), ("Iza", "Kot")]
    return [CustomerFactory(first_name=first, last_name=last) for first, last in named]


def opened(**more):
    told = {"is_open": True, "measure": "purchases", "span": "month", "challenge": None}
    change_board(actor=None, values=told | more, version=get_board().version)
    keep(NOW)


def keep(now):
    while leaderboard.keep_board(now):
        pass


def look(now=NOW):
    while members.look_at_marked(now):
        pass


def lines(now=NOW):
    return [(line.place, line.name, line.words) for line in board_lines(get_board(), now)]


def bought(customer, *days, minor=1_000):
    return [buy(customer, f"{customer.pk}/{day}", minor, f"2027-{day}T10:00") for day in days]


def test_it_is_off_until_it_is_switched_on(people):
    bought(people[0], "05-02")
    look()
    keep(NOW)
    assert (get_board().is_open, board_for(people[0], NOW)) == (False, None)
    assert not LeaderboardScore.objects.exists()


def test_purchases_of_the_month_with_shared_places(people):
    anna, ola, iza = people
    bought(anna, "05-02", "05-03", "04-30")
    bought(ola, "05-04", "05-05")
    bought(iza, "05-06")
    opened()
    expected = [(1, "Anna N.", "2 purchases"), (1, "Ola L.", "2 purchases")]
    assert lines() == [*expected, (3, "Iza K.", "1 purchase")]

    [more] = bought(iza, "05-07")
    look()
    assert [line[0] for line in lines()] == [1, 1, 1]
    refund(more, 1_000, "2027-05-08T10:00")
    look()
    assert [line[0] for line in lines()] == [1, 1, 3]
    assert lines(utc("2027-06-01T10:00")) == [], "June begins anew"


def test_points_earned_of_purchases_events_and_challenges(people):
    anna, ola, iza = people
    add_rule(
        actor=None,
        programme=programme(),
        kind=RuleKind.EVENT,
        says={"event": "visit", "units": 5},
        now=utc("2027-05-01T00:00"),
    )
    opened(measure="points")
    [big] = bought(anna, "05-02", minor=10_000)
    bought(ola, "05-03", "04-30", minor=2_000)
    award_marked(NOW)
    reward_event(customer=iza, event="visit", key="v", now=NOW)
    keep(later(NOW, minutes=1))
    assert lines() == [], "two minutes, lest something that began before is missed"
    keep(later(NOW, minutes=2))
    expected = [(1, "Anna N.", "100 points"), (2, "Ola L.", "20 points"), (3, "Iza K.", "5 points")]
    assert lines() == expected

    refund(big, 9_000, "2027-05-10T10:00")
    award_marked(NOW)
    keep(later(NOW, minutes=3))
    assert lines() == [(1, "Ola L.", "20 points"), (2, "Anna N.", "10 points"), expected[2]]


def test_progress_in_a_challenge_is_its_present_time(people):
    monthly = add_challenge(
        actor=None,
        programme=programme(),
        values=values(kind="sum", target=50_000, repeats="month", last_day=None),
        now=utc("2027-05-01T08:00"),
    )
    bought(people[0], "05-02", minor=1_234)
    opened(measure="challenge", challenge=monthly)
    assert lines() == [(1, "Anna N.", money(1_234, "PLN"))]
    assert lines(utc("2027-06-02T10:00")) == []


@pytest.mark.parametrize(("span", "number"), [("month", 1), ("quarter", 2), ("all", 3)])
def test_of_which_time(people, span, number):
    bought(people[0], "05-02", "04-30", "03-31")
    opened(span=span)
    assert LeaderboardScore.objects.get().value == number


def test_a_change_shows_nothing_of_the_old_board(people):
    bought(people[0], "05-02")
    opened()
    change_board(
        actor=None,
        values={"is_open": True, "measure": "purchases", "span": "all", "challenge": None},
        version=get_board().version,
    )
    assert lines() == []
    keep(NOW)
    assert lines() == [(1, "Anna N.", "1 purchase")]
    assert get_board().filled_to is None
    assert AuditEntry.objects.filter(action="leaderboard.changed").count() == 2


def test_what_cannot_be_switched_on(people):
    told = {"is_open": True, "measure": Measure.CHALLENGE, "span": "month", "challenge": None}
    with pytest.raises(Refused) as refused:
        change_board(actor=None, values=told, version=1)
    assert refused.value.field == "challenge"
    with pytest.raises(Refused, match="meanwhile"):
        change_board(actor=None, values=told, version=7)


def test_who_leaves_is_on_no_board_until_they_join_again(people):
    anna = people[0]
    bought(anna, "05-02")
    opened()
    for _twice in "ab":
        leave_board(actor=None, customer=anna, now=NOW)
    bought(anna, "05-03")
    look()
    opened(span="all")
    assert (lines(), board_for(anna, NOW)) == ([], None)
    for _twice in "ab":
        join_board(actor=None, customer=anna, now=NOW)
    assert lines() == [(1, "Anna N.", "2 purchases")]
    acts = AuditEntry.objects.filter(action__startswith="leaderboard.").order_by("pk")
    told = [act for act in acts.values_list("action", flat=True) if act != "leaderboard.changed"]
    assert told == ["leaderboard.left", "leaderboard.joined"]


def test_who_is_erased_vanishes():
    """Erasing deletes these rows; a board shows nobody without one."""
    erased = [one.model for one in personal_data if one.delete_row]
    assert {LeaderboardScore, LeaderboardOptOut} <= set(erased)


def test_ones_own_place_and_the_lines_around_it(people):
    anna, ola, iza = people
    bought(anna, "05-02", "05-03")
    bought(ola, "05-04", "05-05")
    bought(iza, "05-06")
    opened()
    board = board_for(ola, NOW, top=2)
    assert [line.is_own for line in board.lines] == [False, True]
    assert board.own is None
    below = board_for(iza, NOW, top=2).own
    assert (below.place, below.words) == (3, "1 purchase")
    assert standing_of(get_board(), CustomerFactory(), NOW) is None


def test_reading_it_takes_few_queries_however_many_there_are(people, django_assert_num_queries):
    opened()
    LeaderboardScore.objects.bulk_create(
        LeaderboardScore(
            customer=CustomerFactory(), board=get_board().version, period=date(2027, 5, 1), value=9
        )
        for _each in range(30)
    )
    board = get_board()
    with django_assert_num_queries(2):  # the shop, whose zone it is, and the places
        assert len(board_lines(board, NOW)) == 10
