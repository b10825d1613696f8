"""What the pages of earning rules show: the rules as sentences, the example, the cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from core.clock import local_date
from core.models import Shop
from loyalty.basket import BasketExample, basket_example, known_categories, usual_basket
from loyalty.forms.earning import BasketForm
from loyalty.models import Programme, RuleVersion
from loyalty.rule_rows import rules_in_force
from loyalty.rule_words import names_for, sentence, when
from loyalty.rules.earning import Rule
from loyalty.what_if import WhatIf, what_if


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as a line of the page."""

    pk: int
    words: SafeString
    when: str
    is_on: bool


def rule_rows(programme: Programme, shop: Shop, now: datetime) -> list[RuleRow]:
    """All rules of the programme, those that are on first; three queries."""
    newest = RuleVersion.objects.filter(rule__programme=programme, number=F("rule__version"))
    rows = list(newest.select_related("rule").order_by("-rule__is_on", "rule_id"))
    contents = [row.content for row in rows]
    names, today = names_for(contents), local_date(now, shop.zone)
    return [
        RuleRow(
            pk=row.rule_id,
            words=sentence(rule, programme, names),
            when=when(rule, is_on=row.rule.is_on, today=today),
            is_on=row.rule.is_on,
        )
        for row, rule in zip(rows, contents, strict=True)
    ]


class Trial:
    """The rules as they stand, or with one as it is typed: an example, and what last month would
    have cost. Each part is worked out when it is shown. `form_id` is the form in which the fields
    of the basket stand."""

    def __init__(
        self,
        programme: Programme,
        data: Mapping[str, Any] | None,
        *,
        form_id: str,
        shop: Shop,
        now: datetime,
    ) -> None:
        self.programme, self._shop, self._now = programme, shop, now
        self._data = data if data and "amount_1" in data else None
        self._form_id = form_id
        self._typed: Rule | None = None
        self.rules = rules_in_force(programme)
        self._tried = self.rules
        self.categories = known_categories()

    def put(self, typed: Rule) -> None:
        """Try a rule in the place of its saved version, or beside the others where it is new."""
        self._typed = typed
        others = [rule for rule in self.rules if rule.id != typed.id]
        self._tried = [*others, typed]

    @property
    def words(self) -> SafeString | None:
        """The rule as typed, as a sentence."""
        if self._typed is None:
            return None
        return sentence(self._typed, self.programme, names_for([self._typed]))

    @cached_property
    def basket(self) -> BasketForm:
        """The form of the example basket."""
        usual = usual_basket(self.programme, self._tried, self.categories)
        currency = self.programme.currency
        return BasketForm(self._data, currency=currency, usual=usual, form_id=self._form_id)

    @cached_property
    def example(self) -> BasketExample | None:
        """What the basket earns; None where it cannot be read."""
        asked = self.basket.asked()
        if asked is None:
            return None
        where = self._shop, self._now
        return basket_example(self.programme, self._tried, asked, *where, in_hand=self._typed)

    @cached_property
    def cost(self) -> WhatIf:
        """Last month's purchases under the rules as they stand and, second, with the one typed."""
        books = [self.rules, self._tried] if self._typed else [self.rules]
        return what_if(self.programme, books, self._shop, self._now)

    @property
    def worth_minor(self) -> int:
        """What today's rules would have cost, in money."""
        return self.programme.worth_minor(self.cost.units[0])

    @property
    def is_less(self) -> bool:
        """Whether the rule as typed would have saved money."""
        return self.cost.units[-1] < self.cost.units[0]

    @property
    def difference_minor(self) -> int:
        """By how much money the rule as typed changes the cost."""
        return self.programme.worth_minor(abs(self.cost.units[-1] - self.cost.units[0]))
