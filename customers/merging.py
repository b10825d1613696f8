"""The merge registry: what happens to each foreign key to Customer when two become one.

Merging itself is a later feature; a model that forgets its rule fails a test today.
"""

from dataclasses import dataclass
from enum import StrEnum

from core.registry import Registry


class OnMerge(StrEnum):
    """What becomes of a row of the customer who is merged away."""

    MOVE = "move"  # now the other's
    MOVE_OR_DROP = "move_or_drop"  # now the other's, unless they have an equal one
    JOIN = "join"  # the app that owns the row joins it with the other's, by its own rules
    DERIVE = "derive"  # derived data: dropped and derived again


@dataclass(frozen=True, slots=True)
class MergeRule:
    """The rule of one foreign key; `equal` names the fields that make two rows equal."""

    model: str
    field: str
    on_merge: OnMerge
    equal: tuple[str, ...] = ()


merge_rules: Registry[MergeRule] = Registry("merge rules")


def register(model: str, field: str, on_merge: OnMerge, *equal: str) -> None:
    """Give a foreign key its rule."""
    merge_rules.register(f"{model}.{field}", MergeRule(model, field, on_merge, equal))
