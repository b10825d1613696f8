from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from loyalty.rules.chain import link

AT = datetime(2026, 11, 21, 12, 0, 0, 7, tzinfo=UTC)
ROW = {
    "account": 3,
    "seq": 2,
    "operation": 9,
    "lot": 5,
    "source": "pending",
    "target": "available",
    "amount": 79,
    "at": AT,
}


def test_the_hash_is_of_a_plain_text():
    text = f"abc|3|2|9|5|pending|available|79|{1_795_262_400_000_007}"

    assert link("abc", **ROW) == sha256(text.encode()).hexdigest()


def test_units_of_no_lot_count_as_of_lot_nought():
    text = f"|3|2|9|0|pending|available|79|{1_795_262_400_000_007}"

    assert link("", **ROW | {"lot": None}) == sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"account": 4},
        {"seq": 3},
        {"operation": 8},
        {"lot": None},
        {"source": "issued"},
        {"target": "reserved"},
        {"amount": 78},
        {"at": AT + timedelta(microseconds=1)},
    ],
)
def test_each_part_of_a_row_changes_the_hash(change):
    assert link("abc", **ROW | change) != link("abc", **ROW)
    assert link("abd", **ROW) != link("abc", **ROW)
