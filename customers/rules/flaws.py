"""What can be wrong with a file, a row or a cell: a code with its values, worded at the edges."""

from typing import Any, Self


class Flaw(Exception):
    """Something in a file that is refused. `values` fill the wording of `code`; `column` is our
    name of the column it stands in, "" where it is about a whole row or file."""

    def __init__(self, code: str, *, column: str = "", **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.column = column
        self.values = values

    def at(self, column: str) -> Self:
        """The same flaw, found in our column of this name."""
        self.column = column
        return self


class FileRefused(Flaw):
    """The whole file is refused: nothing of it is imported."""
