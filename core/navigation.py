"""What the frame shows: the left rail, the "+ New" menu, the settings pages and what is left to
set up. Filled by apps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from core.registry import Registry


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits behind a link, and how much of it is late."""

    number: int
    late: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go: shown to those whom the policy lets in.

    `sections` are prefixes of route names that light the link ("customers:"); `order` sorts;
    `waiting` says, of the person who looks, what waits there. `neighbours` are the pages of a
    section that share one row of tabs.
    """

    label: str | Promise
    route: str
    icon: str
    order: int
    sections: tuple[str, ...] = ()
    key: str = ""
    waiting: Callable[[Any], Waiting] | None = None
    neighbours: "Registry[Link] | None" = None


@dataclass(frozen=True, slots=True)
class SetUpStep:
    """One step of setting the shop up; it stays on the checklist until `is_done`."""

    label: str | Promise
    hint: str | Promise
    route: str
    order: int
    is_done: Callable[[], bool]


rail: Registry[Link] = Registry("rail")
quick_actions: Registry[Link] = Registry("quick actions")
settings_pages: Registry[Link] = Registry("settings pages")
set_up_steps: Registry[SetUpStep] = Registry("set-up steps")
