import gzip
import io
import json
from contextlib import redirect_stderr

import pytest
from django.core.management import call_command
from django.db import connections

from core.models import AuditEntry
from customers import importing_cli
from customers.management.commands.import_purchases import Command
from customers.models import Customer, Purchase, PurchaseSummary, Refund
from customers.services import document_stream, import_purchases

pytestmark = pytest.mark.django_db
HEADER = "order_id,ordered_at,amount,customer_id"
ROWS = """1,2026-01-05 10:00:00,12.50,C1
2,2026-01-06 10:00:00,7.00,C2
3,2026-01-07,20.00,
4,2026-01-08 10:00:00,-3.00,C1"""
COUNTS = ("rows", "created", "updated", "unchanged", "skipped", "rejected", "customers_created")


@pytest.fixture
def run(tmp_path):
    """Import a text; the exit code and the JSON that was printed."""

    def make(content, *arguments, name="file.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return call(path, *arguments)

    return make


def call(path, *arguments, command="import_purchases"):
    out, code = io.StringIO(), 0
    try:
        with redirect_stderr(io.StringIO()):
            call_command(command, str(path), *arguments, "--json", stdout=out)
    except SystemExit as ended:
        code = ended.code
    text = out.getvalue()
    return code, json.loads(text) if text else None


def counts(report):
    return tuple(report[name] for name in COUNTS)


def test_a_file_is_imported_and_repeating_it_changes_nothing(run):
    code, report = run(f"{HEADER}\n{ROWS}\n")

    assert (code, counts(report)) == (0, (4, 4, 0, 0, 0, 0, 2))
    assert (report["problems"], report["left_out"]) == ([], [])
    assert counts(run(f"{HEADER}\n{ROWS}\n")[1]) == (4, 0, 0, 4, 0, 0, 0)
    assert Purchase.objects.get(number="3").customer is None
    assert Refund.objects.get().amount_minor == 300
    assert PurchaseSummary.objects.count() == 2
    assert AuditEntry.objects.filter(action="import.purchases").count() == 2


def entries(action):
    """What stands in the trail of an import by command: its action and its rows."""
    rows = AuditEntry.objects.filter(action__startswith=action).order_by("pk")
    return [(row.action, row.details["rows"]) for row in rows]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_an_import_is_on_record_before_and_with_its_last_batch(run, monkeypatch, size):
    monkeypatch.setattr(import_purchases, "BATCH", size)
    doubled = f"{HEADER},type\n{ROWS}\n1,2026-01-05 10:00:00,4.00,C1,x\n\n3,2026-01-07,1.00,\n"

    run(doubled)

    assert entries("import.purchases") == [("import.purchases_begun", 6), ("import.purchases", 6)]


@pytest.mark.django_db(transaction=True)
def test_an_import_that_breaks_is_on_record_as_begun(run, monkeypatch):
    monkeypatch.setattr(import_purchases, "BATCH", 1)
    real, batches = import_purchases.save_documents, []

    def save(**options):
        batches.append(options)
        if len(batches) == 4:
            raise RuntimeError
        return real(**options)

    monkeypatch.setattr(import_purchases, "save_documents", save)
    with pytest.raises(RuntimeError):
        run(f"{HEADER}\n{ROWS}\n")

    assert Purchase.objects.count() == 3
    assert entries("import.purchases") == [("import.purchases_begun", 4)]


def test_what_the_last_batch_undoes_is_not_on_record_as_done(run, monkeypatch):
    real = importing_cli.Watch.__call__

    def watch(self, step):
        real(self, step)
        raise RuntimeError

    monkeypatch.setattr(importing_cli.Watch, "__call__", watch)
    with pytest.raises(RuntimeError):
        run(f"{HEADER}\n{ROWS}\n")

    assert not Purchase.objects.exists()
    assert entries("import.purchases") == [("import.purchases_begun", 4)]


def test_a_gzipped_file_in_another_encoding_is_the_same(run):
    content = f"{HEADER}\n{ROWS}\n".replace(",", ";").replace(".50", ",50").encode("utf-16")

    code, report = run(gzip.compress(content), name="file.csv.gz")

    assert (code, counts(report)) == (0, (4, 4, 0, 0, 0, 0, 2))
    assert Purchase.objects.get(number="1").gross_minor == 1_250


def test_a_dry_run_counts_and_writes_nothing(run):
    code, report = run(f"{HEADER}\n{ROWS}\n", "--dry-run")

    assert (code, counts(report)) == (0, (4, 4, 0, 0, 0, 0, 2))
    assert not Customer.objects.exists()
    assert not Purchase.objects.exists()
    assert not AuditEntry.objects.filter(action="import.purchases").exists()


def test_bad_rows_are_told_and_the_others_imported(run):
    bad = "5,31.02.2026,1.00,C9\n,2026-01-01,1.00,C9\n6,2026-01-01,zero,C9\n7,2026-01-01,0,C9"

    code, report = run(f"{HEADER}\n{ROWS}\n{bad}\n")

    assert (code, counts(report)) == (0, (8, 4, 0, 0, 1, 3, 2))
    assert report["problems"] == [
        {"row": 6, "column": "ordered_at", "reason": "This is not a date in the calendar."},
        {"row": 7, "column": "order_id", "reason": "The cell is empty."},
        {"row": 8, "column": "amount", "reason": "This is not a number."},
    ]
    assert [item["row"] for item in report["left_out"]] == [9]


def test_only_the_first_thousand_problems_are_printed(run):
    rows = "\n".join(f"{number},never,1.00,C1" for number in range(1_100))

    _code, report = run(f"{HEADER}\n{rows}\n")

    assert (report["rejected"], len(report["problems"])) == (1_100, 1_000)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('order_id,ordered_at,amount\n1,2026-01-01,5\n2,2026-01-01,"5\n', "quotation marks"),
        ("order_id,amount\n1,5\n", "ordered_at"),
        ("order_id,ordered_at,amount,amount\n1,2026-01-01,5,6\n", "Two columns"),
        ("order_id,ordered_at,amount\n", "no rows"),
        ("", "empty"),
        (b"PK\x03\x04 a spreadsheet", "not a CSV"),
    ],
)
def test_a_file_that_is_refused_changes_nothing(run, content, reason):
    code, report = run(content)

    assert code == 1
    assert list(report) == ["error"]
    assert reason in report["error"]
    assert not Purchase.objects.exists()


def test_a_file_that_is_not_there_is_told(tmp_path):
    code, report = call(tmp_path / "nothing.csv")

    assert code == 1
    assert "cannot be read" in report["error"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--timezone", "Mars/Olympus"],
        ["--currency", "XXQ"],
        ["--map", "amount"],
        ["--map", "colour=red"],
        ["--source", ""],
        ["--source", "s" * 41],
        ["--nonsense"],
    ],
)
def test_bad_usage_ends_with_two(monkeypatch, arguments):
    # As from a shell, but on the test's connection, which the command would close at its end.
    monkeypatch.setattr(connections, "close_all", lambda: None)

    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "import_purchases", "file.csv", *arguments])

    assert ended.value.code == 2


def test_columns_can_be_mapped(run):
    content = "a,b,c,amount\n1,2026-01-01,5.00,9.00\n"

    code, report = run(content, "--map", "order_id=a", "--map", "ordered_at=b", "--map", "amount=c")

    assert (code, report["created"]) == (0, 1)
    assert Purchase.objects.get().gross_minor == 500


def test_zone_currency_and_source_are_given(run):
    content = "order_id,ordered_at,amount\n1,2026-07-01 23:30:00,5.00\n"

    run(content, "--timezone", "Europe/London", "--currency", "gbp", "--source", "till")

    purchase = Purchase.objects.get()
    assert (purchase.source, purchase.currency) == ("till", "GBP")
    assert purchase.occurred_at.isoformat() == "2026-07-01T22:30:00+00:00"


def test_prefixes_make_refunds_and_leave_out(run):
    content = "order_id,ordered_at,quantity,unit_price\n" + "\n".join(
        ["1,2026-01-01,2,5", "C2,2026-01-02,-1,5", "A3,2026-01-02,1,5", "B3,2026-01-02,-1,5"]
    )

    code, report = run(content, "--refund-prefix", "C", "--skip-prefix", "A")

    assert (code, counts(report)) == (0, (4, 2, 0, 0, 2, 0, 0))
    assert Refund.objects.get().number == "C2"


def test_the_file_shows_how_its_numbers_and_dates_are_meant(run):
    rows = ["1;03/04/2026;1.234", "2;13/04/2026;12,50", "3;05/06/2026;7"]

    _code, report = run("order_id;date;total\n" + "\n".join(rows) + "\n")

    assert report["created"] == 3
    first = Purchase.objects.get(number="1")
    assert (first.gross_minor, first.local_month % 12 + 1) == (123_400, 4)


def test_what_the_file_does_not_show_is_rejected(run):
    _code, report = run("order_id;date;total\n1;03/04/2026;5\n2;2026-01-01;1.234\n")

    assert (report["created"], report["rejected"]) == (0, 2)
    assert [problem["column"] for problem in report["problems"]] == ["date", "total"]


def test_lines_of_a_document_may_lie_far_apart(run):
    rows = [f"{number % 50},2026-01-01 10:00,1,0.5" for number in range(500)]

    code, report = run("order_id,ordered_at,quantity,unit_price\n" + "\n".join(rows))

    assert (code, report["created"]) == (0, 50)
    assert set(Purchase.objects.values_list("gross_minor", flat=True)) == {500}


def test_a_file_wholly_out_of_order_is_sorted_aside(run, monkeypatch):
    monkeypatch.setattr(document_stream, "MOST_APART", 3)
    rows = [f"{number % 7},2026-01-01 10:00,1,2" for number in range(70)]

    _code, report = run("order_id,ordered_at,quantity,unit_price\n" + "\n".join(rows))

    assert (report["rows"], report["created"]) == (70, 7)
    assert set(Purchase.objects.values_list("gross_minor", flat=True)) == {2_000}


def test_many_batches_are_one_import(run, monkeypatch):
    monkeypatch.setattr(import_purchases, "BATCH", 3)
    rows = "\n".join(f"{number},2026-01-01,5,C{number % 4}" for number in range(20))

    assert counts(run(f"{HEADER}\n{rows}\n", "--dry-run")[1]) == (20, 20, 0, 0, 0, 0, 4)
    assert counts(run(f"{HEADER}\n{rows}\n")[1]) == (20, 20, 0, 0, 0, 0, 4)


def test_a_known_purchase_changes_with_the_file(run):
    run(f"{HEADER}\n{ROWS}\n")

    _code, report = run(f"{HEADER}\n{ROWS.replace('7.00', '8.00')}\n")

    assert counts(report) == (4, 0, 1, 3, 0, 0, 0)


def test_without_json_people_read_lines(tmp_path):
    path, out = tmp_path / "file.csv", io.StringIO()
    path.write_text(f"{HEADER}\n{ROWS}\n5,never,1,\n")

    call_command("import_purchases", str(path), stdout=out)

    assert "created 4" in out.getvalue()
    assert "row 6, ordered_at: This is not a date in the calendar." in out.getvalue()


def test_amounts_in_pounds_are_read_from_a_western_file(run):
    content = "order_id,ordered_at,amount\n1,2026-11-01,£12.50\n2,2026-11-02,£7\n"

    code, report = run(content, "--currency", "GBP", encoding="cp1252")

    assert (code, report["created"], report["rejected"]) == (0, 2, 0)
    assert set(Purchase.objects.values_list("gross_minor", "currency")) == {
        (1_250, "GBP"),
        (700, "GBP"),
    }


NASTY = [
    "\u202e1",
    "😀",
    "1e400",
    "NaN",
    "-0",
    "2147483648",
    "9223372036854775808",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "' OR 1=1",
    "=HYPERLINK(1)",
    "\x00",
    "x" * 200_000,
]


@pytest.mark.parametrize("cell", NASTY)
def test_nasty_cells_are_taken_or_rejected_but_never_break(run, cell):
    columns = ["order_id", "ordered_at", "amount", "customer_id", "email", "status", "branch"]
    columns += ["product", "product_name", "refund_of", "type", "currency", "__proto__"]
    good = ["1", "2026-01-01", "5", "", "", "", "", "", "", "", "", "", ""]
    rows = [columns]
    for place in range(len(columns)):
        row = [*good]
        row[0], row[place] = str(place + 100), cell
        rows.append(row)
    text = "\n".join(",".join(f'"{value}"' for value in row) for row in rows)

    code, report = run(text)

    assert code == 0
    assert report["created"] + report["skipped"] + report["rejected"] == len(columns)
