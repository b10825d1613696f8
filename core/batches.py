"""Long lists in short ones, since databases take only so many values in one statement."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of `size`, the last one shorter; nothing for no items.

    Python 3.12's `itertools.batched`, but of lists.
    """
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
