import random
from collections import Counter
from datetime import date, timedelta

from customers.rules.demo_world import Person, guests, people, visits, wall_instant

TODAY = date(2026, 11, 22)


def world(count: int = 400) -> list[Person]:
    return people(random.Random(5), TODAY, count)


def test_the_same_chance_gives_the_same_shop() -> None:
    assert world(50) == world(50)


def test_everybody_bought_once_at_least_and_never_tomorrow() -> None:
    everyone = world()

    assert all(someone.receipts for someone in everyone)
    assert max(r.day for someone in everyone for r in someone.receipts) <= TODAY


def test_three_years_in_three_countries() -> None:
    everyone = world()
    first = min(someone.receipts[0].day for someone in everyone)

    assert Counter(someone.country.code for someone in everyone).keys() == {"PL", "CZ", "RO"}
    assert timedelta(days=900) < TODAY - first <= timedelta(days=3 * 365)


def test_some_leave_and_some_keep_coming() -> None:
    visits_per_person = [len(someone.receipts) for someone in world()]

    assert visits_per_person.count(1) > 80
    assert max(visits_per_person) > 15


def test_identities_are_unique() -> None:
    everyone = world()

    assert len({someone.email for someone in everyone}) == len(everyone)
    assert len({someone.number for someone in everyone}) == len(everyone)
    assert all(someone.email.isascii() for someone in everyone)


def test_receipt_numbers_are_unique_with_guests() -> None:
    receipts = [r for someone in world() for r in someone.receipts]
    receipts += guests(random.Random(9), TODAY, 100)

    assert len({receipt.number for receipt in receipts}) == len(receipts)


def test_refunds_never_exceed_the_receipt() -> None:
    receipts = [receipt for someone in world() for receipt in someone.receipts]

    assert any(receipt.refund_minor for receipt in receipts)
    assert all(0 <= receipt.refund_minor <= receipt.amount_minor for receipt in receipts)
    assert all(receipt.amount_minor > 0 for receipt in receipts)


def test_visits_go_forward_from_the_first() -> None:
    days = list(visits(random.Random(3), date(2024, 2, 29), TODAY))

    assert days[0] == date(2024, 2, 29)
    assert days == sorted(set(days))


def test_the_wall_time_is_the_receipts() -> None:
    receipt = world(1)[0].receipts[0]

    assert wall_instant(receipt).date() == receipt.day
    assert 9 <= wall_instant(receipt).hour <= 18
