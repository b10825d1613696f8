"""The segment fields: what a segment may ask of a customer, and the query it becomes.

Each app registers its fields in `segment_fields`; a tree of `customers.rules.segment_language`
compiles to one condition for one SQL query. A condition that cannot be answered (no city on
file) is false, and so its negation is true, on both databases.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.utils.functional import Promise

from accounts.models import User
from core import clock
from core.models import Shop
from core.registry import Registry
from customers.models import Customer
from customers.rules import segment_language as language
from customers.rules.segment_language import (
    FieldSpec,
    Group,
    Join,
    Kind,
    Problem,
    SegmentError,
)

Label = str | Promise
Choice = tuple[str, Label]
Conditions = Callable[[str, Any, "Context"], Q]


@dataclass(frozen=True, slots=True)
class Context:
    """When and where a segment is asked: today's date is the shop's."""

    now: datetime
    zone: ZoneInfo
    currency: str

    @property
    def today(self) -> date:
        """The civil date in the shop's zone."""
        return clock.local_date(self.now, self.zone)


@dataclass(frozen=True, slots=True)
class SegmentField:
    """One thing a segment may ask. `condition` gives the Q for an operator and its value.

    `choices` are fixed ones, checked; `offers` are read when the page is made and may come and
    go (owners, tags), so a saved segment may name one that is gone: then nobody fits.

    `unit` stands behind the field of a number; `counted` says a number with it where the word
    goes with the number ("1 year", "2 years").

    `readable_by` marks a field as personal: who reads it in full on a customer's page. Others
    could find out by asking, so they may not ask. None: everybody reads it.
    """

    key: str
    label: Label
    group: Label
    kind: Kind
    condition: Conditions
    choices: Sequence[Choice] | None = None
    offers: Callable[[], list[Choice]] | None = None
    decimals: int = 0
    always_filled: bool = False
    unit: Label = ""
    counted: Callable[[int | Decimal], str] | None = None
    readable_by: Callable[[User], bool] | None = None

    def may_be_asked_by(self, user: User | None) -> bool:
        """Whether the person may ask it; None is the system itself."""
        return user is None or self.readable_by is None or self.readable_by(user)

    def spec(self) -> FieldSpec:
        """What the language has to know."""
        known = None if self.choices is None else frozenset(str(key) for key, _ in self.choices)
        return FieldSpec(self.key, self.kind, known, self.decimals, self.always_filled)

    def options(self) -> list[Choice]:
        """What to choose from; empty for fields without choices."""
        if self.offers is not None:
            return self.offers()
        return list(self.choices or [])


segment_fields: Registry[SegmentField] = Registry("segment fields")
# Fields of Customer that no segment asks for, each with the reason; a test reads it.
not_asked: Registry[str] = Registry("customer fields outside segments")


def register(field: SegmentField) -> SegmentField:
    """Add a field under its key."""
    return segment_fields.register(field.key, field)


def specs() -> dict[str, FieldSpec]:
    """All fields as the language sees them."""
    return {key: field.spec() for key, field in segment_fields.items()}


def context_of(shop: Shop, now: datetime) -> Context:
    """The shop's own view of an instant."""
    return Context(now, shop.zone, shop.currency)


def parse(raw: object) -> Group:
    """The tree of unchecked JSON; `SegmentError` where it is none."""
    return language.parse(raw, specs())


def check_asker(tree: Group, user: User | None) -> None:
    """`SegmentError` where the tree asks for what is masked to the person; None may ask all."""
    for condition in language.conditions(tree):
        if not segment_fields.get(condition.field).may_be_asked_by(user):
            raise SegmentError(Problem.MASKED, condition.field)


def parse_for(raw: object, user: User) -> Group:
    """The tree of unchecked JSON as the person may ask it; `SegmentError` otherwise."""
    tree = parse(raw)
    check_asker(tree, user)
    return tree


def is_masked(raw: object, user: User) -> bool:
    """Whether a definition asks for what is masked to the person. One that cannot be read asks
    for nothing."""
    if all(field.may_be_asked_by(user) for field in segment_fields):
        return False
    try:
        parse_for(raw, user)
    except SegmentError as error:
        return error.problem == Problem.MASKED
    return False


def people_in(tree: Group, context: Context) -> QuerySet[Customer]:
    """The customers of the segment, in no order: one query, whatever the tree."""
    return Customer.objects.filter(compile_tree(tree, context))


def compile_tree(tree: Group, context: Context) -> Q:
    """The tree as one condition on Customer; an empty Q is everybody."""
    parts = [_compile(part, context) for part in tree.parts]
    if tree.join == Join.ANY:
        return _joined(parts, Q.OR)
    if tree.join == Join.NONE:
        return denied(_joined(parts, Q.OR))
    return _joined(parts, Q.AND)


def _compile(node: Group | language.Condition, context: Context) -> Q:
    if isinstance(node, Group):
        return compile_tree(node, context)
    field = segment_fields.get(node.field)
    return field.condition(node.operator, node.value, context)


def _joined(parts: list[Q], connector: str) -> Q:
    return Q(*parts, _connector=connector)


def denied(condition: Q) -> Q:
    """True wherever the condition is not: also where it is unknown."""
    known = Case(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    return ~Q(known)
