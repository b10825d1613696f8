"""One small registry, from which all others are made.

An app below offers a registry; apps above fill it in `AppConfig.ready()`. A key registered
twice is an error, so that two apps cannot silently replace each other.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class AlreadyRegistered(Exception):
    """A key was registered a second time."""


class NotRegistered(LookupError):
    """A key that nobody registered."""


class Registry(Generic[Item]):
    """Named items in the order of registration."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, Item] = {}

    def register(self, key: str, item: Item) -> Item:
        """Add the item under a new key."""
        if key in self._items:
            raise AlreadyRegistered(f"{self.name}: {key} is registered already")
        self._items[key] = item
        return item

    def get(self, key: str) -> Item:
        """The item under the key; `NotRegistered` where there is none."""
        try:
            return self._items[key]
        except KeyError:
            raise NotRegistered(f"{self.name}: {key} is not registered") from None

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def items(self) -> list[tuple[str, Item]]:
        """Keys and items in the order of registration."""
        return list(self._items.items())
