"""CSV files as shops have them: what they are (encoding, separator), and their rows.

Only what is allowed is looked for: UTF-8, UTF-16, Windows-1250 and Windows-1252; comma,
semicolon, tab and bar. Files are read as a stream, so that memory does not grow with them.
"""

import codecs
import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO, BinaryIO, cast

from core.csv_writing import unescape
from customers.rules.flaws import FileRefused, Flaw

ENCODINGS = ("utf-8-sig", "utf-16-le", "utf-16-be", "cp1250", "cp1252")
SEPARATORS = (",", ";", "\t", "|")
SAMPLE_BYTES = 65_536
SAMPLE_ROWS = 50
# A cell beyond this is a quote that was never closed, and not worth the memory.
LONGEST_CELL = 2_000_000
MOST_COLUMNS = 500

_FOREIGN: tuple[bytes, ...] = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"MZ",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"\x7fELF",
)
_FOREIGN += (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"SQLite format 3",
    b"BZh",
    b"\xfd7zXZ",
)
GZIP = b"\x1f\x8b"
# Letters that only Central Europe's code page has in words of Polish, Czech and Romanian.
_CENTRAL = set("ąćęłńśźżěščřžůďťňăşţőűĄĆĘŁŃŚŹŻĚŠČŘŽŮĎŤŇĂŞŢŐŰ")
_WESTERN = set("àãåæèêìïñòõøùûœÀÃÅÆÈÊÌÏÑÒÕØÙÛŒÿ")
# These stand at the same place in both pages, so they decide nothing.
_SHARED = set("áâäçéëíîóôöúüýßÁÂÄÇÉËÍÎÓÔÖÚÜÝ")
_ASCII = bytes(range(128))
# The byte that is £ in one page and Ł in the other, where it stands as money does: before a number
# ('£5', '£ -5', '£.50'), or at the end of a cell ('5.00 £', 'Price (£)'); never inside a word.
_POUNDS = re.compile(
    rb"(?<![A-Za-z\x80-\x9f\xa1-\xff])\xa3"
    rb"(?=[ \xa0]?[-+]?\.?[0-9]|[^A-Za-z.\s\x80-\xff]|[\t\r\n]|\Z)"
)
# What spreadsheets write first to say the separator: only a sign can be one.
_SEPARATOR_LINE = re.compile(r"""\s*sep=([^\w\s"']|\t)[^\S\r\n]*(?:[\r\n]|\Z)""", re.IGNORECASE)

csv.field_size_limit(LONGEST_CELL)


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written: its encoding, separator, and whether a 'sep=' line comes first."""

    encoding: str
    separator: str
    has_separator_line: bool = False


Opener = Callable[[], BinaryIO]
Row = tuple[int, list[str]]


def opened(open_raw: Opener) -> IO[bytes]:
    """The file's bytes, unpacked where it is gzipped. Raises `FileRefused` `not_csv`."""
    raw = open_raw()
    start = raw.read(8)
    raw.seek(0)
    if start.startswith(_FOREIGN):
        raw.close()
        raise FileRefused("not_csv")
    if not start.startswith(GZIP):
        return raw
    unpacked = cast(IO[bytes], gzip.GzipFile(fileobj=raw))
    try:
        if _read(unpacked, 8).startswith(_FOREIGN):
            raise FileRefused("not_csv")
    except FileRefused:
        raw.close()
        raise
    unpacked.seek(0)
    return unpacked


def _utf16(sample: bytes) -> str | None:
    if sample.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if sample.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    head = sample[:2000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > len(head) // 5 and even < odd // 10 + 1:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) // 5 and odd < even // 10 + 1 else None


def _is_binary(sample: bytes) -> bool:
    controls = sum(sample.count(byte) for byte in range(32) if byte not in (9, 10, 13, 27))
    return controls > max(8, len(sample) // 20)


def detect_encoding(open_raw: Opener) -> str:
    """One of `ENCODINGS`: UTF-16 by its mark or its pattern of zero bytes, UTF-8 where the whole
    file is that, otherwise the code page whose letters make words; 1250 where both would.

    Reads the whole file. Raises `FileRefused`.
    """
    with opened(open_raw) as file:
        sample = _read(file, SAMPLE_BYTES)
        if not sample.removeprefix(codecs.BOM_UTF8).strip():
            raise FileRefused("empty_file")
        wide = _utf16(sample)
        if wide is not None:
            return wide
        if _is_binary(sample):
            raise FileRefused("not_csv")
        return "utf-8-sig" if _is_utf8(sample, file) else _code_page(open_raw)


def _is_utf8(sample: bytes, file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(sample)
        while block := _read(file, 1 << 20):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _read(file: IO[bytes], size: int) -> bytes:
    try:
        return file.read(size)
    except (OSError, EOFError, zlib.error) as error:
        raise FileRefused("broken_gzip") from error


def _code_page(open_raw: Opener) -> str:
    counts: Counter[int] = Counter()
    pounds = 0
    for block in _blocks(open_raw):
        counts.update(block.translate(None, _ASCII))
        pounds += len(_POUNDS.findall(block))
    scores = {page: _plausibility(page, letters, counts) for page, letters in _LETTERS.items()}
    # Counted above as so many letters Ł, which they hardly are.
    scores["cp1250"] -= 3 * pounds
    return "cp1252" if scores["cp1252"] > scores["cp1250"] else "cp1250"


def _blocks(open_raw: Opener) -> Iterator[bytes]:
    """The file in pieces that end with a line, as far as lines are lines."""
    with opened(open_raw) as file:
        while block := _read(file, 1 << 20):
            try:
                yield block + file.readline(SAMPLE_BYTES)
            except (OSError, EOFError, zlib.error) as error:
                raise FileRefused("broken_gzip") from error


_LETTERS = {"cp1250": _CENTRAL | _SHARED, "cp1252": _WESTERN | _SHARED}
# Signs that stand in files of either kind: they prove nothing.
_SIGNS = set("€§°«»–—…„”“’‘\u00a0£\u00ad®©™•±")


def _plausibility(page: str, letters: set[str], counts: Counter[int]) -> int:
    score = 0
    for byte, count in counts.items():
        char = bytes([byte]).decode(page, "replace")
        if char in letters:
            score += count
        elif char not in _SIGNS:
            score -= 2 * count
    return score


def read_text(open_raw: Opener, encoding: str) -> io.TextIOWrapper:
    """The file as text, its mark of byte order left out."""
    text = io.TextIOWrapper(opened(open_raw), encoding=encoding, errors="strict", newline="")
    if encoding.startswith("utf-16") and text.read(1) != "\ufeff":
        text.close()
        text = io.TextIOWrapper(opened(open_raw), encoding=encoding, errors="strict", newline="")
    return text


def detect_form(open_raw: Opener, *, encoding: str = "", separator: str = "") -> Form:
    """How the file is written; what is given is not looked for. Raises `FileRefused`."""
    encoding = encoding or detect_encoding(open_raw)
    try:
        with read_text(open_raw, encoding) as text:
            sample = text.read(SAMPLE_BYTES)
    except UnicodeError as error:
        raise FileRefused("wrong_encoding", encoding=encoding) from error
    except (OSError, EOFError, zlib.error) as error:
        raise FileRefused("broken_gzip") from error
    if said := _SEPARATOR_LINE.match(sample):
        return Form(encoding, separator or said[1], has_separator_line=True)
    return Form(encoding, separator or _separator(sample))


def _separator(sample: str) -> str:
    return max(SEPARATORS, key=lambda mark: _regularity(sample, mark))


def _regularity(sample: str, separator: str) -> tuple[float, int]:
    """How many sampled rows have as many cells as the first, and how many cells that is."""
    lines = io.StringIO(sample, newline="")
    rows = []
    try:
        for row in csv.reader(lines, delimiter=separator):
            rows += [len(row)] if row else []
            if len(rows) >= SAMPLE_ROWS:
                break
    except csv.Error:
        return (0.0, 0)
    # The last row of a cut sample may be cut itself.
    sizes = rows[:-1] if len(rows) > 2 else rows
    if not sizes or sizes[0] < 2:
        return (0.0, 0)
    return (sum(size == sizes[0] for size in sizes) / len(sizes), sizes[0])


def rows_of(open_raw: Opener, form: Form) -> Iterator[Row]:
    """The file's rows with their numbers: the header is row 1; blank rows are counted, not given.

    Raises `FileRefused`: `unclosed_quote` for quotes that make no sense, `wrong_encoding`,
    `broken_gzip`.
    """
    reader = None
    try:
        with read_text(open_raw, form.encoding) as text:
            if form.has_separator_line:
                text.readline()
            reader = csv.reader(text, delimiter=form.separator, strict=True)
            for number, cells in enumerate(reader, start=1):
                if cells and (cells[0].strip() or any(map(str.strip, cells))):
                    yield number, cells
    except csv.Error as error:
        raise FileRefused("unclosed_quote", line=reader.line_num if reader else 1) from error
    except UnicodeError as error:
        raise FileRefused("wrong_encoding", encoding=form.encoding) from error
    except (OSError, EOFError, zlib.error) as error:
        raise FileRefused("broken_gzip") from error


@dataclass(frozen=True, slots=True)
class Head:
    """The file's form, its headers, and its first rows."""

    form: Form
    headers: tuple[str, ...]
    samples: tuple[Row, ...]


def read_head(open_raw: Opener, form: Form, *, rows: int = SAMPLE_ROWS) -> Head:
    """The headers and the first rows. Raises `FileRefused` where there are none."""
    reading = rows_of(open_raw, form)
    number, headers = next(reading, (0, []))
    if not number:
        raise FileRefused("empty_file")
    if len(headers) > MOST_COLUMNS:
        raise FileRefused("too_many_columns", most=MOST_COLUMNS)
    samples = tuple(row for row, _place in zip(reading, range(rows), strict=False))
    return Head(form, tuple(unescape(header.strip()) for header in headers), samples)


def with_form(form: Form, *, encoding: str = "", separator: str = "") -> Form:
    """The form as a person corrected it."""
    return replace(form, encoding=encoding or form.encoding, separator=separator or form.separator)


def fitted(cells: Sequence[str], width: int) -> Sequence[str]:
    """The cells, without empty ones beyond the header's width.

    Raises `Flaw` `too_many_cells`, and `too_few_cells`: a line that was cut off says less than
    it did, and perhaps something else (a guest instead of a customer, 12 instead of 12.50).
    """
    if len(cells) == width:
        return cells
    if len(cells) < width:
        raise Flaw("too_few_cells", cells=len(cells), columns=width)
    if any(cell.strip() for cell in cells[width:]):
        raise Flaw("too_many_cells", cells=len(cells), columns=width)
    return cells[:width]
