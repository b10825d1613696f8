"""Names and kinds of files that strangers send, made safe; and how much of it is kept."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST_NAME = 150
MOST_FILES = 50
LARGEST_FILE = 20 * 1024 * 1024
LARGEST_TOTAL = 25 * 1024 * 1024
OCTETS = "application/octet-stream"
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,59}/[a-z0-9][a-z0-9.+_-]{0,59}")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f<>:\"|?*]")
# Names of devices that Windows opens instead of a file.
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file in a mail: its safe name, its type as the mail says, the bytes, the name by which the
    HTML shows it. `content` None: broken."""

    name: str
    media_type: str
    content: bytes | None
    content_id: str = ""


def safe_name(name: str) -> str:
    """The name without path, control and direction characters, at most 150 characters with its
    ending kept; 'attachment' where nothing is left. '../../x.pdf' -> 'x.pdf'."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in base if c.isascii() or unicodedata.category(c)[0] not in "CZ")
    clean = re.sub(r"\s+", " ", _FORBIDDEN.sub("", shown)).strip(" .")
    if _DEVICES.match(clean):
        clean = f"_{clean}"
    stem, dot, ending = clean.rpartition(".")
    if len(clean) > LONGEST_NAME:
        short = 0 < len(ending) <= 10 and bool(dot)
        clean = f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if short else clean
    return clean[:LONGEST_NAME] or "attachment"


def safe_type(media_type: str) -> str:
    """The type in lower case, or octets where it is none."""
    lowered = media_type.strip().lower()
    return lowered if _TYPE.fullmatch(lowered) else OCTETS


def faults(files: Sequence[MailFile]) -> Iterator[str]:
    """For each file "" where it is kept, else why not: 'broken', 'too_large', 'too_many' or
    'total'."""
    kept = total = 0
    for file in files:
        fault = _fault(file, kept, total)
        if not fault and file.content is not None:
            kept, total = kept + 1, total + len(file.content)
        yield fault


def _fault(file: MailFile, kept: int, total: int) -> str:
    if file.content is None:
        return "broken"
    if len(file.content) > LARGEST_FILE:
        return "too_large"
    if kept >= MOST_FILES:
        return "too_many"
    return "total" if total + len(file.content) > LARGEST_TOTAL else ""
