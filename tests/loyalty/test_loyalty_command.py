"""`loyalty` as COMMANDS.md says: keys, exit codes, errors."""

import io
import json
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from customers.models import Customer, Identity
from loyalty.models import Account, Operation
from tests.factories.customers import IdentityFactory
from tests.loyalty.bank import differences, everything

AT = "2027-03-20T10:00+01:00"


@pytest.fixture
def run(db):
    """Run the command with words; the exit code and the JSON that was printed."""

    def make(*words):
        out, code = io.StringIO(), 0
        try:
            call_command("loyalty", *words, "--json", stdout=out)
        except SystemExit as ended:
            code = ended.code
        except CommandError as error:
            return error.returncode, None
        return code, json.loads(out.getvalue())

    yield make
    assert differences() == []


@pytest.fixture
def earned(run):
    """C1 has earned 200 points with order 7; they have matured by the first of May."""
    run(*earn(amount="200.00"))
    return run


def earn(customer="C1", order="7", amount="79.99", at=AT, currency="PLN", create=True):
    words = ["earn", "--customer", customer, "--order", order, "--amount", amount, "--at", at]
    return [*words, "--currency", currency, *(["--create"] if create else [])]


def redeem(points, *more, at="2027-05-01"):
    return ["redeem", "--customer", "C1", "--points", points, "--at", at, *more]


def refund(amount, *more, at="2027-05-02"):
    return ["refund", "--order", "7", "--amount", amount, "--at", at, *more]


def balance(at, customer="C1"):
    return ["balance", "--customer", customer, "--at", at]


def test_earning(run):
    assert run(*earn()) == (
        0,
        {
            "result": "earned",
            "points": 79,
            "matures_at": "2027-04-03T22:00:00+00:00",
            "expires_at": "2028-03-20T23:00:00+00:00",
        },
    )
    assert Customer.objects.get().identities.get().value == "C1"


def test_the_order_is_the_key(run):
    _code, first = run(*earn())

    assert run(*earn(at="2027-06-01")) == (0, first | {"result": "replayed"})
    assert run(*earn(create=False)) == (0, first | {"result": "replayed"})
    assert run(*earn(amount="80.00")) == (1, {"error": "key_reused"})
    assert run(*earn(customer="C2")) == (1, {"error": "key_reused"})
    assert not Identity.objects.filter(key="C2").exists()


def test_a_given_key(run):
    first = run(*earn(), "--key", "k")[1]

    assert run(*earn(), "--key", "k") == (0, first | {"result": "replayed"})
    assert run(*earn(order="8"), "--key", "k") == (1, {"error": "key_reused"})
    assert run(*earn(), "--key", "another") == (0, first | {"result": "replayed"})


def test_redeeming(earned):
    assert earned(*redeem("150")) == (0, {"result": "redeemed", "redeemed": 150, "available": 50})
    assert earned(*redeem("50")) == (0, {"result": "redeemed", "redeemed": 50, "available": 0})
    assert earned(*redeem("1")) == (1, {"error": "insufficient"})


def test_redeeming_with_a_key(earned):
    first = earned(*redeem("150", "--key", "k"))[1]

    assert earned(*redeem("150", "--key", "k")) == (0, first | {"result": "replayed"})
    assert earned(*redeem("151", "--key", "k")) == (1, {"error": "key_reused"})
    assert earned(*refund("1.00", "--key", "k")) == (1, {"error": "key_reused"})


def test_refunding(earned):
    assert earned(*refund("20.00")) == (
        0,
        {"result": "refunded", "clawed": 20, "debt_added": 0},
    )
    assert earned(*refund("20.00"))[1]["clawed"] == 20, "each is a refund of its own"
    assert earned(*refund("160.01")) == (1, {"error": "refund_exceeds_order"})
    earned(*redeem("100"))
    assert earned(*refund("160", "--key", "k")) == (
        0,
        {"result": "refunded", "clawed": 160, "debt_added": 100},
    )
    assert earned(*refund("160", "--key", "k"))[1]["result"] == "replayed"
    assert earned(*redeem("1")) == (1, {"error": "in_debt"})


def test_the_balance_tells_lots_of_all_states_and_writes_nothing(earned):
    earned(*earn(order="8", amount="30", at="2027-04-25T12:00"))
    earned(*redeem("200"))
    before = everything()

    assert earned(*balance("2027-05-01")) == (
        0,
        {
            "pending": 30,
            "available": 0,
            "reserved": 0,
            "debt": 0,
            "lots": [
                {
                    "order": "7",
                    "earned": 200,
                    "remaining": 0,
                    "reserved": 0,
                    "state": "closed",
                    "matures_at": "2027-04-03T22:00:00+00:00",
                    "expires_at": "2028-03-20T23:00:00+00:00",
                },
                {
                    "order": "8",
                    "earned": 30,
                    "remaining": 30,
                    "reserved": 0,
                    "state": "pending",
                    "matures_at": "2027-05-09T22:00:00+00:00",
                    "expires_at": "2028-04-25T22:00:00+00:00",
                },
            ],
        },
    )
    assert everything() == before


def test_a_balance_stands_as_of_its_instant(earned):
    def standing(at):
        document = earned(*balance(at))[1]
        return document["pending"], document["available"], document["lots"][0]["state"]

    assert standing("2027-04-03T23:59:59") == (200, 0, "pending")
    assert standing("2027-04-04T00:00") == (0, 200, "open")
    assert standing("2028-03-20T23:59:59") == (0, 200, "open")
    assert standing("2028-03-21") == (0, 0, "closed")


def test_one_without_points_has_nothing(run):
    IdentityFactory(kind="external", value="C9")

    nothing = {"pending": 0, "available": 0, "reserved": 0, "debt": 0, "lots": []}
    assert run(*balance(AT, customer="C9")) == (0, nothing)
    assert run(*balance(AT, customer="nobody")) == (1, {"error": "unknown_customer"})
    assert not Account.objects.exists()


def test_a_balance_makes_nothing_on_a_fresh_database(run):
    before = everything()

    assert run(*balance(AT)) == (1, {"error": "unknown_customer"})

    assert everything() == before


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (earn(customer="C2", order="8", create=False), "unknown_customer"),
        (redeem("1", at="2027-03-21"), "insufficient"),
        (["redeem", "--customer", "C2", "--points", "1"], "unknown_customer"),
        (["refund", "--order", "8", "--amount", "1"], "unknown_order"),
        (refund("200.01"), "refund_exceeds_order"),
        (earn(customer="C2", order="8", currency="EUR"), "currency_mismatch"),
        (earn(customer="C2", order="8", currency="JPY"), "currency_mismatch"),
    ],
)
def test_refusals_change_nothing_at_all(earned, words, error):
    before, customers = everything(), Customer.objects.count()

    assert earned(*words) == (1, {"error": error})

    assert everything() == before
    assert Customer.objects.count() == customers


def test_nothing_is_left_of_one_who_was_made_for_a_refused_order(run):
    assert run(*earn(currency="EUR")) == (1, {"error": "currency_mismatch"})

    assert not Customer.objects.exists()
    assert not Account.objects.exists()
    assert not Operation.objects.exists()


def test_naive_instants_are_in_the_shops_zone(run):
    run(*earn(order="1", at="2027-06-30T23:59"))
    run(*earn(order="2", at="2027-07-01"))
    run(*earn(order="3", at="2027-06-30T22:00+00:00"))

    lots = {lot["order"]: lot["matures_at"] for lot in run(*balance("2027-07-01"))[1]["lots"]}

    assert lots == {
        "1": "2027-07-14T22:00:00+00:00",
        "2": "2027-07-15T22:00:00+00:00",
        "3": "2027-07-15T22:00:00+00:00",
    }


BAD = [
    [],
    ["spend"],
    ["balance"],
    ["earn", "--customer", "C1", "--order", "7"],
    ["earn", "--customer", "C1", "--amount", "1"],
    ["earn", "--order", "7", "--amount", "1"],
    *(earn(amount=amount) for amount in ("-1", "x", "", "NaN", "Infinity", "1e99", "1,50")),
    earn(amount="79.999"),
    earn(currency="ZZZ"),
    earn(order=""),
    earn(order="x" * 101),
    earn(order="a\0b"),
    earn(customer=" "),
    *(earn(at=at) for at in ("yesterday", "2027-13-01", "0001-01-01", "9999-12-31T23:59")),
    *(redeem(points) for points in ("0", "-1", "1.5", "x", "", "9" * 16, "²")),
    redeem("1", "--key", ""),
    redeem("1", "--key", "k" * 181),
    ["refund", "--order", "7"],
    refund("-0.01"),
    refund("0.001"),
    redeem("1", "--nonsense"),
]


@pytest.mark.parametrize("words", BAD, ids=lambda words: " ".join(words)[-40:])
def test_bad_usage_changes_nothing(earned, words):
    before = everything()

    code, document = earned(*words)

    assert document is None
    assert code in (1, 2)  # as `manage.py` it is 2: see the next test
    assert everything() == before


@pytest.mark.once
def test_bad_usage_exits_with_2_and_prints_no_document():
    command = [sys.executable, "manage.py", "loyalty", *redeem("0"), "--json"]

    done = subprocess.run(command, capture_output=True, text=True, timeout=120)

    assert (done.returncode, done.stdout) == (2, "")
    assert "no whole number above zero" in done.stderr
