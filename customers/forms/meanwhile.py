"""What somebody else saved while a file was open, brought together with what the form says.

The form takes along a mark of each value as it was shown. A field that was left as it was takes
what stands on file now; one that both changed, differently, is a clash that people settle.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Model
from django.forms import Form

from core.text import fold

_LENGTH = 12


def mark(value: object) -> str:
    """A short mark of a value; the same for all ways in which a form may send it back."""
    if isinstance(value, (list, tuple)):
        value = "\x1f".join(sorted(fold(str(item)) for item in value))
    elif isinstance(value, Model):
        value = value.pk
    elif isinstance(value, date):
        value = value.isoformat()
    text = " ".join(str("" if value is None else value).split())
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_LENGTH]


def write_marks(values: Mapping[str, object]) -> str:
    """The marks of all values as a word for a hidden field: 'city=0123456789ab,…'."""
    return ",".join(f"{name}={mark(value)}" for name, value in values.items())


def read_marks(text: str) -> dict[str, str]:
    """Field names with their marks; what is no mark is left out."""
    pairs = (part.partition("=") for part in text.split(",")[:100])
    return {name: found for name, _sign, found in pairs if len(found) == _LENGTH}


def settle(
    form: Form, *, seen: Mapping[str, str], mine: Mapping[str, Any], present: Mapping[str, Any]
) -> list[str]:
    """Put what stands on file into the fields that were left as they were (as `seen` says) and
    return the fields that both sides changed, or whose `seen` is unknown, and that differ."""
    clashes, taken = [], {}
    for name, value in present.items():
        if mark(mine[name]) == mark(value):
            continue
        if seen.get(name) == mark(mine[name]):
            taken[name] = _as_sent(form, name, value)
        elif seen.get(name) != mark(value):
            clashes.append(name)
    form.data = {**dict(form.data.items()), **taken}
    return clashes


def _as_sent(form: Form, name: str, value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return ", ".join(value)
    sent = form.fields[name].prepare_value(value)
    return "" if sent is None else sent
