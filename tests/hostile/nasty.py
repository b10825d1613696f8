"""Values that break programs which trust their input, as a browser or a script can send them.

Texts are `str`, or `bytes` where no text can say it (UTF-8 that is none). A lone surrogate cannot
be sent in a form: its bytes are no UTF-8. It can arrive inside JSON, so it stands there.
"""

import base64
import json
from collections.abc import Iterable
from urllib.parse import quote_plus

Value = str | bytes

# Everything in it must come out of a page as text: no such tag, no such attribute, no arithmetic.
PAYLOAD = "<script>zq()</script>\"zq='1'><zq>{{7*7}}"

TEXTS: dict[str, Value] = {
    "empty": "",
    "blank": " \t ",
    "nul": "ab\x00cd",
    "override": "abc\u202egnp.exe",
    "zero_width": "a\u200bb\ufeff",
    "emoji": "\U0001f469\u200d\U0001f373\U0001f389",
    "composed": "Zażółć\u00e9",
    "decomposed": "Zaz\u0307o\u0301\u0142c\u0301e\u0301",
    "megabyte": "x" * 1_000_000,
    "long": "ż" * 10_001,
    "lines": "a\r\nSet-Cookie: zq=1\r\n\r\nb",
    "script": PAYLOAD,
    "template": "{{7*7}}{% include 'x' %}{x.__class__}%(x)s%s${7*7}",
    "sql": "' OR 1=1; --",
    "like": "%_\\",
    "path": "../../../../etc/passwd",
    "formula": "=HYPERLINK(1)",
    "json": '{"a": [1, "\\ud800"]}',
    "plane": "\uffff\U0010ffff",
}
NUMBERS: dict[str, Value] = {
    "arabic": "٣٤٣٤٣٤",
    "exponent": "1e400",
    "nan": "NaN",
    "infinity": "Infinity",
    "minus": "-1",
    "minus_zero": "-0",
    "zero": "0",
    "fraction": "0.5",
    "int32": str(2**31),
    "int64": str(2**63),
    "digits": "9" * 5_000,
    "underscores": "1_000",
}
DAYS: dict[str, Value] = {
    "no_day": "2026-02-31",
    "year_one": "0001-01-01",
    "year_last": "9999-12-31",
    "moment": "9999-12-31T23:59:59-23:59",
    "first_moment": "0001-01-01T00:00:00+23:59",
    "gap": "2026-03-29T02:30",
    "clock": "24:00",
    "arabic_day": "٢٠٢٦-١١-٢٢",
}
# UTF-8 that is none: refused at the door, whatever the field.
BROKEN: dict[str, Value] = {
    "not_utf8": b"ab\xff\xfe",
    "surrogate": b"ab\xed\xa0\x80",
    "overlong": b"\xc0\xaf",
    "cut": "ż".encode()[:1],
}
ALL: dict[str, Value] = TEXTS | NUMBERS | DAYS
# One or two of each sort, for places where every request is dear.
FEW: dict[str, Value] = {
    name: ALL[name]
    for name in (
        *("nul", "override", "lines", "script", "like", "arabic", "nan", "minus", "int64"),
        *("digits", "year_last", "moment"),
    )
}


def _token(content: object) -> str:
    text = content if isinstance(content, str) else json.dumps(content)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


CURSORS: dict[str, Value] = {
    "no_base64": "ż!*",
    "no_json": _token("{"),
    "deep": _token("[" * 900),
    "number": _token("5"),
    "null": _token("null"),
    "nan_value": _token("[0, NaN, 1]"),
    "endless": _token("[0, 1e400, 1]"),
    "huge_pk": _token([0, 1, 2**63]),
    "huge_value": _token([0, 2**64, 1]),
    "minus_pk": _token([0, 1, -1]),
    "nul_value": _token([0, "a\x00b", 1]),
    "surrogate_value": _token('[0, "\\ud800", 1]'),
    "list_value": _token([[], [], []]),
    "text_pk": _token([0, "a", "1"]),
    "first_day": _token([0, "0001-01-01T00:00:00+14:00", 1]),
    "last_day": _token([0, "9999-12-31T23:59:59-14:00", 1]),
    "digits": _token("[0, " + "9" * 2_900 + ", 1]"),
}
FILTERS: dict[str, Value] = {
    "unclosed": "all(" * 3_000,
    "deep": "all(" * 300 + "city.is:a" + ")" * 300,
    "many": "any(" + ",".join(["city.is:a"] * 51) + ")",
    "stray": ")))",
    "unknown": "all(password.is:a)",
    "lookup": "all(owner__password.begins:a)",
    "escaped_nul": "all(city.is:~00)",
    "escaped_quote": "all(city.contains:~27)",
    "no_operator": "all(city)",
    "number": f"all(purchases.at_least:{'9' * 400})",
    "nan": "all(value.more:NaN)",
    "exponent": "all(value.more:1e999999999)",
    "day": "all(last_purchase.between:0001-01-01|9999-12-31)",
    "days": "all(last_purchase.in_last:99999999999999999999)",
    "arabic": "all(last_purchase.in_last:٣٤)",
    "wildcards": "all(city.contains:%_)",
}


def encoded(pairs: Iterable[tuple[str, Value]]) -> str:
    """The pairs as a query string or the body of a form, bytes as they are."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)
