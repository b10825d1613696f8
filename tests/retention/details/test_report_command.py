"""`retention_report` as scripts read it: keys, types, nulls, exit codes, one document."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from retention.management.commands import retention_report
from retention.services import freshness
from tests.retention.worlds.keeping import Book, open_shop

pytestmark = pytest.mark.django_db

TYPES: dict[str, tuple[type, ...]] = {
    "from": (str,),
    "to": (str,),
    "window_days": (int,),
    "customers_at_start": (int,),
    "kept": (int,),
    "lost": (int,),
    "new": (int,),
    "reactivated": (int,),
    "customers_at_end": (int,),
    "retention_rate": (float, type(None)),
    "churn_rate": (float, type(None)),
    "purchases": (int,),
    "guest_purchases": (int,),
    "repeat_purchases": (int,),
    "repurchase_index": (float, type(None)),
    "buyers": (int,),
    "new_buyers": (int,),
    "returning_buyers": (int,),
    "gross": (str,),
    "refunds": (str,),
    "net": (str,),
    "aov": (str, type(None)),
    "frequency": (float, type(None)),
    "currency": (str,),
}
MARCH = ("--from", "2025-03-01", "--to", "2025-04-01")


@pytest.fixture
def book(db: None) -> Book:
    """Anna and Bea bought in winter, Anna again; a guest; Cora is new; some came back as money."""
    book = open_shop()
    book.sell("anna", "2024-11-20 12:00", 4000)
    book.sell("bea", "2025-01-05 12:00", 2000)
    first = book.sell("anna", "2025-03-03 12:00", 3334)
    book.sell("cora", "2025-03-04 12:00", 3333)
    book.sell(None, "2025-03-05 12:00", 3333)
    book.sell("cora", "2025-03-06 12:00", 500, currency="EUR")
    book.give_back(first, "2025-03-20 12:00", 34)
    return book


def run(*words: str) -> Any:
    out = StringIO()
    call_command("retention_report", *words, stdout=out)
    return json.loads(out.getvalue())


def test_all_keys_in_their_order_with_their_types(book: Book) -> None:
    found = run(*MARCH, "--window", "90", "--json")

    assert list(found) == list(TYPES)
    assert [name for name, value in found.items() if not isinstance(value, TYPES[name])] == []


def test_the_values(book: Book) -> None:
    found = run(*MARCH, "--window", "90", "--json")

    assert found == {
        "from": "2025-03-01",
        "to": "2025-04-01",
        "window_days": 90,
        "customers_at_start": 1,
        "kept": 1,
        "lost": 0,
        "new": 1,
        "reactivated": 1,
        "customers_at_end": 3,
        "retention_rate": 100.0,
        "churn_rate": 0.0,
        "purchases": 4,
        "guest_purchases": 1,
        "repeat_purchases": 2,
        "repurchase_index": 50.0,
        "buyers": 2,
        "new_buyers": 1,
        "returning_buyers": 1,
        "gross": "100.00",
        "refunds": "0.34",
        "net": "99.66",
        "aov": "33.3333",
        "frequency": 1.5,
        "currency": "PLN",
    }


@pytest.mark.parametrize(
    ("currency", "money"),
    [
        ("EUR", ("5.00", "0.00", "5.00", "5.0000")),
        ("JPY", ("0", "0", "0", None)),
        ("KWD", ("0.000", "0.000", "0.000", None)),
        ("PLN", ("100.00", "0.34", "99.66", "33.3333")),
    ],
)
def test_money_of_a_currency_and_counts_of_all(
    book: Book, currency: str, money: tuple[Any, ...]
) -> None:
    found = run(*MARCH, "--currency", currency)

    assert tuple(found[name] for name in ("gross", "refunds", "net", "aov")) == money
    assert (found["currency"], found["purchases"], found["frequency"]) == (currency, 4, 1.5)


def test_what_is_left_out_is_usual(book: Book) -> None:
    assert run(*MARCH) == run(*MARCH, "--window", "365", "--currency", "PLN", "--json")


def test_the_shops_currency_is_the_usual_one(db: None) -> None:
    book = open_shop("America/Santiago", "CLP")
    book.sell("anna", "2025-03-04 12:00", 1500, currency="CLP")

    found = run(*MARCH)

    assert (found["currency"], found["gross"], found["aov"]) == ("CLP", "1500", "1500.0000")


@pytest.mark.parametrize(
    ("start", "rate"), [("2025-02-18", 100.0), ("2025-02-17", None), ("2025-02-19", 100.0)]
)
def test_rates_are_null_a_day_too_early(book: Book, start: str, rate: float | None) -> None:
    found = run("--from", start, "--to", "2025-03-15", "--window", "90")

    assert (found["retention_rate"], found["customers_at_start"]) == (
        rate,
        2 if start < "2025-02-19" else 1,
    )


def test_rates_are_null_without_customers(book: Book) -> None:
    found = run("--from", "2026-06-01", "--to", "2026-07-01", "--window", "30")

    names = ("retention_rate", "churn_rate", "repurchase_index", "aov", "frequency")
    assert [found[name] for name in names] == [None] * 5


def test_nothing_but_one_document_is_printed(book: Book, capsys: Any) -> None:
    call_command("retention_report", *MARCH, "--json")

    out, err = capsys.readouterr()
    assert out.endswith("}\n")
    assert out.count("\n") == 1
    assert err == ""
    assert json.loads(out)["purchases"] == 4


def test_everything_is_worked_off_first(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "INLINE", 0)
    monkeypatch.setattr(freshness, "BATCH", 1)

    assert run(*MARCH)["purchases"] == 4
    book.sell("anna", "2025-03-30 12:00")
    assert run(*MARCH)["purchases"] == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--from and --to are needed"),
        (["--from", "2025-03-01"], "--from and --to are needed"),
        (["--to", "2025-03-01"], "--from and --to are needed"),
        (["--from", "2025-04-01", "--to", "2025-03-01"], "--to must be after --from"),
        (["--from", "2025-03-01", "--to", "2025-03-01"], "--to must be after --from"),
        (["--cohorts", "--from", "2025-03-01", "--to", "2025-02-01"], "--to must be after"),
        ([*MARCH, "--window", "0"], "'0' is no whole number from 1 to 730"),
        ([*MARCH, "--window", "731"], "'731' is no whole number from 1 to 730"),
        ([*MARCH, "--window", "-1"], "--window"),
        ([*MARCH, "--window", "1.5"], "'1.5' is no whole number"),
        ([*MARCH, "--window", ""], "'' is no whole number"),
        ([*MARCH, "--currency", "XXQ"], "'XXQ' is no currency code"),
        ([*MARCH, "--currency", "zł"], "'zł' is no currency code"),
        ([*MARCH, "--currency", ""], "'' is no currency code"),
        (["--from", "2025-02-29", "--to", "2025-03-01"], "'2025-02-29' is no date"),
        (["--from", "01.03.2025", "--to", "2025-04-01"], "'01.03.2025' is no date"),
        (["--from", "2025-3-1", "--to", "2025-04-01"], "'2025-3-1' is no date"),
        (["--from", "2025-W10-1", "--to", "2025-04-01"], "'2025-W10-1' is no date"),
        (["--from", "", "--to", "2025-04-01"], "'' is no date"),
        (["--cohorts", "--months", "1201"], "'1201' is no whole number from 1 to 1200"),
        (["--cohorts", "--months", "-5"], "--months"),
        ([*MARCH, "--unknown"], "unrecognized arguments: --unknown"),
    ],
)
def test_bad_usage_says_why_and_exits_2(
    db: None, words: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(connections, "close_all", lambda: None)

    with pytest.raises(SystemExit) as caught:
        retention_report.Command().run_from_argv(["manage.py", "retention_report", *words])

    out, err = capsys.readouterr()
    assert (caught.value.code, out) == (2, "")
    assert said in err


@pytest.mark.parametrize(
    "words",
    [
        ["--from", "0001-01-01", "--to", "9999-12-31", "--window", "730"],
        ["--from", "0001-01-01", "--to", "0001-01-02"],
        ["--from", "9999-12-30", "--to", "9999-12-31"],
        ["--from", "1900-01-01", "--to", "1900-02-01", "--window", "1"],
    ],
)
def test_the_ends_of_the_calendar(book: Book, words: list[str]) -> None:
    found = run(*words)

    whole = words[3] == "9999-12-31" and words[1] == "0001-01-01"
    assert found["purchases"] == (6 if whole else 0)
    assert found["retention_rate"] is None


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (1, [[1], [1], [1]]),
        (3, [[1, 0, 0], [1, 0, 1], [1, None, None]]),
        (6, [[1, 0, 0, 0, 1, None], [1, 0, 1, None, None, None], [1] + [None] * 5]),
    ],
)
def test_cohorts_are_null_from_the_datas_end_on(
    db: None, months: int, expected: list[list[int | None]]
) -> None:
    book = open_shop()
    book.sell("anna", "2024-11-20 12:00")
    book.sell("bea", "2025-01-05 12:00")
    book.sell("cora", "2025-03-04 12:00")
    book.sell("bea", "2025-03-05 12:00")
    book.sell("anna", "2025-03-06 12:00")

    found = run("--cohorts", "--months", str(months), "--json")

    assert [list(row) for row in found] == [["cohort", "size", "active"]] * 3
    assert [row["cohort"] for row in found] == ["2024-11", "2025-01", "2025-03"]
    assert [row["size"] for row in found] == [1, 1, 1]
    assert [row["active"] for row in found] == expected


def test_a_guests_purchase_moves_the_datas_end(book: Book) -> None:
    before = run("--cohorts", "--months", "7")[0]["active"]

    book.sell(None, "2025-05-01 00:00")

    assert before == [1, 0, 0, 0, 1, None, None]
    assert run("--cohorts", "--months", "7")[0]["active"] == [1, 0, 0, 0, 1, 0, 0]


def test_a_refund_does_not_move_the_datas_end(book: Book) -> None:
    book.give_back(None, "2025-08-01 00:00", 5, "anna")

    assert run("--cohorts", "--months", "6")[0]["active"] == [1, 0, 0, 0, 1, None]


def test_twelve_columns_are_usual(book: Book) -> None:
    assert {len(row["active"]) for row in run("--cohorts")} == {12}


def test_no_purchases_have_no_cohorts(db: None) -> None:
    open_shop()

    assert run("--cohorts", "--json") == []


@pytest.mark.parametrize(
    ("words", "cohorts"),
    [
        ([], ["2024-11", "2025-01", "2025-03"]),
        (["--from", "2024-11-01"], ["2024-11", "2025-01", "2025-03"]),
        (["--from", "2024-11-02"], ["2025-01", "2025-03"]),
        (["--to", "2025-01-01"], ["2024-11"]),
        (["--to", "2025-01-02"], ["2024-11", "2025-01"]),
        (["--from", "2025-01-01", "--to", "2025-03-01"], ["2025-01"]),
        (["--from", "2025-12-02", "--to", "2026-01-01"], []),
    ],
)
def test_only_cohorts_that_begin_in_the_days(
    book: Book, words: list[str], cohorts: list[str]
) -> None:
    found = run("--cohorts", *words)

    assert [row["cohort"] for row in found] == cohorts
