"""Files brought to the import page: what is no CSV is refused and leaves nothing behind; what is
one, however odd, is checked and shown without falling over."""

import gzip
import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from customers.models import Customer, ImportRun, ImportStatus, Purchase
from customers.services.import_work import work_on_imports
from tests.hostile.nasty import PAYLOAD
from tests.hostile.test_display import attacks
from tests.hostile.test_queries import written
from tests.hostile.world import NOW, World, content, untouched

pytestmark = pytest.mark.django_db
MEGABYTE = 2**20
HEAD = b"order_id;ordered_at;amount;email\n"
GOOD = HEAD + b"U-1;2026-10-01;79,99;ola@example.pl\n"


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


# Name, bytes, the status that they deserve.
REFUSED: dict[str, tuple[str, bytes, int]] = {
    "workbook": ("sales.xlsx", zipped("xl/workbook.xml", b"<x/>"), 415),
    "workbook called csv": ("sales.csv", zipped("xl/workbook.xml", b"<x/>"), 415),
    "zip": ("sales.zip", zipped("sales.csv", GOOD), 415),
    "old workbook": ("sales.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), 415),
    "program": ("sales.csv", b"MZ\x90\x00\x03" + bytes(600), 415),
    "elf": ("sales.csv", b"\x7fELF\x02\x01\x01" + bytes(600), 415),
    "pdf": ("sales.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(600), 415),
    "png": ("sales.csv", b"\x89PNG\r\n\x1a\n" + bytes(600), 415),
    "zeros": ("sales.csv", bytes(10_000), 415),
    "not gzip": ("sales.csv.gz", b"\x1f\x8b\x08" + b"x" * 600, 415),
    "cut gzip": ("sales.csv.gz", gzip.compress(GOOD * 400)[:60], 415),
    "gzip of a zip": ("sales.csv.gz", gzip.compress(zipped("a.csv", GOOD)), 415),
    "gzip of gzip": ("sales.csv.gz", gzip.compress(gzip.compress(GOOD * 400)), 415),
    "bomb": ("sales.csv.gz", gzip.compress(bytes(MEGABYTE)) * 64, 413),
    "text bomb": ("sales.csv.gz", gzip.compress(b"a;b\n" * (MEGABYTE // 4)) * 24, 413),
    "empty": ("sales.csv", b"", 422),
    "blank": ("sales.csv", b" \r\n \n", 422),
    "mark alone": ("sales.csv", b"\xef\xbb\xbf", 422),
    "empty gzip": ("sales.csv.gz", gzip.compress(b""), 422),
}
NAMES = {
    "../../../etc/passwd": "passwd",
    "..\\..\\windows\\system.csv": "system.csv",
    "/etc/passwd": "passwd",
    "a" * 400 + ".csv": "a" * 196 + ".csv",
    "za\u202egnp.csv": "zagnp.csv",
    "Zażółć gęślą.csv": "Zażółć gęślą.csv",
    "sales.exe": "sales.exe",
    "' OR 1=1.csv": "' OR 1=1.csv",
}
ODD: dict[str, bytes] = {
    "nul in a cell": HEAD + b"U-1;2026-10-01;79,99;a\x00b@example.pl\n",
    "nul everywhere": HEAD + b"\x00;\x00;\x00;\x00\n" * 3,
    "unclosed quote": HEAD + b'"U-1;2026-10-01;79,99;ola@example.pl\n' * 3,
    "long cell": HEAD + b"U-1;2026-10-01;79,99;" + b"x" * 200_000 + b"\n",
    "long number": HEAD + b"U" * 5_000 + b";2026-10-01;79,99;ola@example.pl\n",
    "many columns": b";".join(b"c%d" % n for n in range(600)) + b"\n" + b";" * 599 + b"\n",
    "too many cells": HEAD + b"U-1;2026-10-01;79,99;ola@example.pl;1;2;3\n",
    "too few cells": HEAD + b"U-1\n",
    "same header twice": b"order_id;order_id;ordered_at;amount\nU-1;U-2;2026-10-01;5\n",
    "odd headers": b"__proto__;constructor;order_id;<script>zq()</script>\n1;2;3;4\n",
    "attack": HEAD + f"{PAYLOAD};soon;{PAYLOAD};{PAYLOAD}\n".encode(),
    "formula": HEAD + b"=1+1;@SUM(A1);+1;-1\n",
    "no such day": HEAD + b"U-1;2026-02-31;5,00;\nU-2;0001-01-01;5,00;\nU-3;9999-12-31;5,00;\n",
    "odd amounts": HEAD
    + b"".join(
        b"U-%d;2026-10-01;%s;\n" % (place, amount)
        for place, amount in enumerate(
            (b"NaN", b"1e400", b"Infinity", b"-0", b"9" * 400, b"1.234,56", b"1,234", b"", b"x")
        )
    ),
    "one mail in two cases": HEAD
    + b"U-1;2026-10-01;5,00;Ola@Example.pl\nU-2;2026-10-02;5,00; ola@example.pl \n",
    "bytes of no code": HEAD + b"U-1;2026-10-01;5,00;\xff\xfe\x81\x8d\n",
    "utf-16": GOOD.decode().encode("utf-16"),
    "utf-16 cut": GOOD.decode().encode("utf-16")[:-1],
    "carriage returns": GOOD.replace(b"\n", b"\r"),
    "mixed line ends": HEAD.replace(b"\n", b"\r\n") + b"U-1;2026-10-01;5,00;\rU-2;2026-10-01;5;\n",
    "header alone": HEAD,
    "no header": b"U-1;2026-10-01;79,99;ola@example.pl\n",
    "one word": b"x",
    "gzip": gzip.compress(GOOD),
}


def bring(world: World, **fields: Any) -> Any:
    """The answer to an upload; the caller undoes it."""
    world.clients[Role.MANAGER].raise_request_exception = False
    answer = world.clients[Role.MANAGER].post("/import/", {"kind": "purchases", **fields})
    answer.whole = content(answer)
    return answer


@pytest.mark.parametrize(("name", "data", "status"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_no_csv_is_refused_and_not_kept(
    world: World, name: str, data: bytes, status: int
) -> None:
    with untouched(), CaptureQueriesContext(connection) as queries:
        answer = bring(world, file=SimpleUploadedFile(name, data))

    assert answer.status_code == status
    assert b"invalid-feedback" in answer.whole or b"alert" in answer.whole
    assert written(queries) == []


def test_a_file_that_is_too_large_is_refused_and_not_kept(world: World) -> None:
    with untouched(), CaptureQueriesContext(connection) as queries:
        answer = bring(world, file=SimpleUploadedFile("sales.csv", GOOD + b"x" * 21 * MEGABYTE))

    assert answer.status_code == 413
    assert written(queries) == []


@pytest.mark.parametrize(("name", "kept"), NAMES.items(), ids=lambda text: text[:20])
def test_a_file_is_kept_under_a_plain_name(world: World, name: str, kept: str) -> None:
    with untouched():
        upload = SimpleUploadedFile("x.csv", GOOD)
        upload._name = name
        answer = bring(world, file=upload)
        run = ImportRun.objects.latest("pk")

    assert answer.status_code == 302
    assert run.filename == kept


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"file": ""},
        {"file": "order_id;amount"},
        {"kind": "passwords", "file": SimpleUploadedFile("x.csv", GOOD)},
        {"kind": "", "file": SimpleUploadedFile("x.csv", GOOD)},
        {"kind": "a\x00b", "file": SimpleUploadedFile("x.csv", GOOD)},
        {"other": SimpleUploadedFile("x.csv", GOOD)},
    ],
    ids=["nothing", "empty", "a text", "other kind", "no kind", "nul", "other field"],
)
def test_an_upload_without_its_file_or_kind_is_refused(
    world: World, fields: dict[str, Any]
) -> None:
    for value in fields.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    with untouched():
        answer = bring(world, **fields)
        runs = ImportRun.objects.count()

    assert answer.status_code == 422
    assert b"invalid-feedback" in answer.whole or b"alert" in answer.whole
    assert runs == 1


def test_of_two_files_one_is_taken(world: World) -> None:
    with untouched():
        two = [SimpleUploadedFile("a.csv", GOOD), SimpleUploadedFile("b.csv", GOOD)]
        answer = bring(world, file=two)
        names = list(ImportRun.objects.order_by("pk").values_list("filename", flat=True))

    assert answer.status_code == 302
    assert names == ["till.csv", "b.csv"]


@pytest.mark.parametrize("kind", ["purchases", "customers"])
@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_an_odd_file_is_checked_and_shown(world: World, data: bytes, kind: str) -> None:
    before = (Customer.objects.count(), Purchase.objects.count())
    with untouched():
        answer = bring(world, kind=kind, file=SimpleUploadedFile("odd.csv", data))
        pages = []
        if answer.status_code == 302:
            work_on_imports(NOW)
            run = ImportRun.objects.latest("pk")
            assert run.refusal.get("code") != "unexpected", run.refusal
            assert run.status != ImportStatus.CHECKING
            for piece in ("", "rejected.csv", "progress/"):
                page = world.clients[Role.MANAGER].get(f"/import/{run.pk}/{piece}")
                pages.append((page.status_code, content(page)))
        after = (Customer.objects.count(), Purchase.objects.count())

    assert answer.status_code in {302, 415, 422}
    assert {status for status, _body in pages} <= {200, 204}
    assert [attack for _status, body in pages[:1] for attack in attacks(body.decode())] == []
    assert after == before


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_an_odd_file_is_imported_or_rejected_row_by_row(world: World, data: bytes) -> None:
    with untouched():
        answer = bring(world, file=SimpleUploadedFile("odd.csv", data))
        run = ImportRun.objects.latest("pk")
        if answer.status_code == 302:
            work_on_imports(NOW)
            world.clients[Role.MANAGER].post(f"/import/{run.pk}/start/", {})
            work_on_imports(NOW)
            run.refresh_from_db()

        assert run.refusal.get("code") != "unexpected", run.refusal
        assert not run.is_at_work


@pytest.mark.parametrize("role", [None, Role.SUPPORT, Role.MARKETER])
def test_only_managers_bring_files(world: World, role: str | None) -> None:
    with untouched():
        upload = {"kind": "purchases", "file": SimpleUploadedFile("x.csv", GOOD)}
        answer = world.clients[role].post("/import/", upload)
        runs = ImportRun.objects.count()

    assert answer.status_code == (302 if role is None else 403)
    assert runs == 1
