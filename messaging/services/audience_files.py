"""An audience from a CSV file: customers named by their number or e-mail, in any usual spelling
of the columns, separator and encoding. Nobody is made up: a row that names no known customer is
counted as such."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.batches import batched
from customers.models import Identity, IdentityKind
from customers.rules.csv_reading import Opener, Row, detect_form, fitted, read_head, rows_of
from customers.rules.headers import CUSTOMER_NAMES, match_columns, require
from customers.rules.identity_keys import email_key, external_key

BATCH = 2_000
NAMES = {name: CUSTOMER_NAMES[name] for name in ("customer_id", "email")}


@dataclass(frozen=True, slots=True)
class Audience:
    """The customers in the order of the file, each once; how many rows named nobody known or
    somebody again; and what tells the file from any other."""

    customer_ids: Sequence[int]
    left_out: Counter[str]
    fingerprint: str


def read_audience(open_raw: Opener) -> Audience:
    """The audience that a file names; writes nothing. Raises `FileRefused` where the file cannot
    be read or has neither column. A row's number comes before its e-mail."""
    form = detect_form(open_raw)
    head = read_head(open_raw, form)
    columns = match_columns(head.headers, NAMES, {}, [cells for _number, cells in head.samples])
    require(head.headers, columns, ["customer_id"], ["email"])
    rows = rows_of(open_raw, form)
    next(rows, None)
    left_out: Counter[str] = Counter()
    found: dict[int, None] = {}
    for batch in batched(_keys(rows, columns, len(head.headers)), BATCH):
        for customer in _customers(batch):
            if customer is None or customer in found:
                left_out["unknown_customer" if customer is None else "named_twice"] += 1
            else:
                found[customer] = None
    return Audience(list(found), left_out, _fingerprint(open_raw))


def _keys(
    rows: Iterator[Row], columns: Mapping[str, int], width: int
) -> Iterator[tuple[str | None, str | None]]:
    """External number and e-mail of each row, as they are compared."""
    for _number, cells in rows:
        row = fitted(cells, width) or cells
        number = external_key(row[columns["customer_id"]]) if "customer_id" in columns else None
        email = email_key(row[columns["email"]]) if "email" in columns else None
        yield number, email


def _customers(keys: Sequence[tuple[str | None, str | None]]) -> Iterator[int | None]:
    by_number = _owners(IdentityKind.EXTERNAL, [number for number, _email in keys if number])
    by_email = _owners(IdentityKind.EMAIL, [email for _number, email in keys if email])
    for number, email in keys:
        yield by_number.get(number or "") or (None if number else by_email.get(email or ""))


def _owners(kind: IdentityKind, keys: Sequence[str]) -> dict[str, int]:
    rows = Identity.objects.filter(kind=kind, key__any_of=keys)
    return dict(rows.values_list("key", "customer_id"))


def _fingerprint(open_raw: Opener) -> str:
    digest = hashlib.sha256()
    with open_raw() as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:40]
