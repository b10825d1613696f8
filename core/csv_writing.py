"""CSV that spreadsheets open without running it, and that reads back to the same data.

A text that a spreadsheet could take for a formula gets an apostrophe before the sign; numbers
stay numbers. Spreadsheets of many countries separate cells by semicolons, and break a row at a
line's end: so signs after those, inside the text, get one too. `unescape` is the exact inverse
for text, so that a file exported, imported and exported again does not change.

**Source:** OWASP, "CSV Injection".
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

Cell = str | int | Decimal | bool | date | datetime | None

_SIGNS = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
_CELL = '(?:\\A|(?<=[;,\t\r\n"]))'
# Apostrophes before the sign count too: otherwise "'=1" and an escaped "=1" would look alike.
_NEEDS = re.compile(f"{_CELL}(?='*{_SIGNS})|\\A(?='*[\t\r\n\x00])")
_ESCAPED = re.compile(f"{_CELL}'(?='*{_SIGNS})|\\A'(?='*[\t\r\n\x00])")
# Spreadsheets take a file for UTF-8 only with this mark at its beginning.
MARK = "\ufeff"
ROWS_AT_ONCE = 500


def escape(text: str) -> str:
    """The text as a cell that no spreadsheet runs: '=1+1' -> "'=1+1", 'a;=1' -> "a;'=1"."""
    return _NEEDS.sub("'", text)


def unescape(cell: str) -> str:
    """The text that `escape` made the cell from; cells that it never made stay as they are."""
    return _ESCAPED.sub("", cell) if "'" in cell else cell


def cell_text(value: Cell) -> str:
    """A value by its type: text escaped, numbers and dates plain, None empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def csv_blocks(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The file in blocks of some hundred rows, the first with the mark and the header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(MARK)
    writer.writerow([escape(name) for name in header])
    for number, row in enumerate(rows, start=1):
        writer.writerow([cell_text(value) for value in row])
        if number % ROWS_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
