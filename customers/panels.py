"""What others put onto the customer page and the day page: figures, side panels, day panels."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.utils.functional import Promise

from accounts.models import User
from core.models import Shop
from core.registry import Registry
from customers.models import Customer, Interaction

Arguments = ParamSpec("Arguments")
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Who looks at whom, when, in which shop; `customer` has owner, branch and summary at hand."""

    customer: Customer
    user: User
    shop: Shop
    now: datetime
    _known: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False, compare=False)

    def once(
        self,
        read: Callable[Arguments, Read],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Read:
        """What the function reads: asked by several panels of the page, it is called for the first
        one only."""
        if read not in self._known:
            self._known[read] = read(*args, **kwargs)
        found: Read = self._known[read]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the strip, as `components/stat.html` takes it; a link to what is behind."""

    label: str | Promise
    value: str
    unit: str = ""
    note: str = ""
    note_tone: str = ""
    tone: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class FigureTile:
    """Works out one figure for the strip; None where it says nothing about this customer."""

    order: int
    build: Callable[[Scene], Figure | None]


@dataclass(frozen=True, slots=True)
class SidePanel:
    """A card in the side column. `build` gives the template its context, None leaves it out.

    The template finds `customer` and `user` beside its own words, and holds one card.
    """

    order: int
    template: str
    build: Callable[[Scene], dict[str, object] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayScene:
    """Who looks at which day, in which shop."""

    user: User
    shop: Shop
    now: datetime


@dataclass(frozen=True, slots=True)
class DayPanel:
    """A card on the day page. `build` gives its context; None where the person has no use for
    it."""

    order: int
    template: str
    build: Callable[[DayScene], dict[str, object] | None]


@dataclass(frozen=True, slots=True)
class InteractionPiece:
    """What an app above adds to a conversation that is opened on the timeline. `build` gives the
    template its context as `piece`; None where it has nothing to say of this one."""

    order: int
    template: str
    build: Callable[[Interaction, User], dict[str, object] | None]


@dataclass(frozen=True, slots=True)
class CustomerAction:
    """A button of the customer page's header: a route that takes the customer's id."""

    label: str | Promise
    route: str
    icon: str
    order: int
    primary: bool = False


interaction_pieces: Registry[InteractionPiece] = Registry("interaction pieces")
customer_actions: Registry[CustomerAction] = Registry("customer actions")
figure_tiles: Registry[FigureTile] = Registry("figure tiles")
side_panels: Registry[SidePanel] = Registry("side panels")
day_panels: Registry[DayPanel] = Registry("day panels")


def figures_for(scene: Scene) -> list[Figure]:
    """The strip, in order."""
    tiles = sorted(figure_tiles, key=lambda tile: tile.order)
    return [figure for tile in tiles if (figure := tile.build(scene))]


def side_panels_for(scene: Scene) -> list[tuple[str, dict[str, object]]]:
    """Templates of the side column with their contexts, in order."""
    panels = sorted(side_panels, key=lambda panel: panel.order)
    built = [(panel.template, panel.build(scene)) for panel in panels]
    return [(template, context) for template, context in built if context is not None]


def day_panels_for(scene: DayScene) -> list[tuple[str, dict[str, object]]]:
    """Templates of the day page with their contexts, in order."""
    panels = sorted(day_panels, key=lambda panel: panel.order)
    built = [(panel.template, panel.build(scene)) for panel in panels]
    return [(template, context) for template, context in built if context is not None]


def pieces_for(interaction: Interaction, user: User) -> list[tuple[str, dict[str, object]]]:
    """What others know of a conversation, in order: templates with their contexts."""
    pieces = sorted(interaction_pieces, key=lambda piece: piece.order)
    built = [(piece.template, piece.build(interaction, user)) for piece in pieces]
    return [(template, context) for template, context in built if context is not None]
