"""The words of IMAP as bytes: names of folders, dates, answers. **Source:** RFC 3501 (5.1.3 for the
names of folders)."""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BEYOND = re.compile(r"[^\x20-\x7e]+")
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,19})\b")
_ARRIVED = re.compile(
    rb'INTERNALDATE "([ \d]\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"'
)
# Refusals that pass by themselves (RFC 5530).
PASSING = re.compile(
    r"(?i)\[(unavailable|inuse|limit|overquota|serverbug|contactadmin|alert)\]|too many|try again|"
    r"temporar"
)


def folder_name(name: str) -> str:
    """The name as it travels, in quotes: 'Obsłużone' -> '"Obs&AUI-u&AXw-one"'."""
    encoded = _BEYOND.sub(_in_base64, name.replace("&", "&-"))
    return '"' + encoded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _in_base64(letters: re.Match[str]) -> str:
    raw = base64.b64encode(letters[0].encode("utf-16-be", "surrogatepass"))
    return f"&{raw.rstrip(b'=').decode('ascii').replace('/', ',')}-"


def search_date(day: date) -> str:
    """The day as a search names it, in English whatever the machine speaks: 01-Nov-2026."""
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year:04}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail in a mailbox: its number, its size in bytes, when it arrived (None: not said)."""

    uid: int
    size: int
    arrived_at: datetime | None


def listed(line: bytes) -> Listed | None:
    """What one answer to FETCH says; None where it is about something else. A size that the server
    does not say is 0: passed over, the mail would be lost."""
    uid, size = _UID.search(line), _SIZE.search(line)
    if uid is None or (size is None and b"INTERNALDATE" not in line):
        return None
    return Listed(int(uid[1]), int(size[1]) if size else 0, _arrived(line))


def uid_in(line: bytes) -> int | None:
    """The number of the mail that an answer is about."""
    found = _UID.search(line)
    return int(found[1]) if found else None


def _arrived(line: bytes) -> datetime | None:
    found = _ARRIVED.search(line)
    if found is None:
        return None
    day, month, year, *clock, sign, hours, minutes = (
        part.decode("ascii") for part in found.groups()
    )
    try:
        at = datetime.strptime(
            f"{year}-{_MONTHS.index(month.title()) + 1}-{int(day)} {':'.join(clock)} "
            f"{sign}{hours}{minutes}",
            "%Y-%m-%d %H:%M:%S %z",
        )
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
