"""What each figure means: formula and edge cases, as the product itself explains them.

The same words stand beside each figure and on the page of definitions; the long form with
sources is `docs/algorithms/retention.md`.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure's name, formula, meaning in a sentence, and the cases people ask about."""

    key: str
    title: Text
    formula: Text
    meaning: Text
    cases: tuple[Text, ...] = ()


_NOT_YET = _(
    "Not yet measurable while fewer days than the window lie between the first purchase of all"
    " and the period's start: nobody can have left yet, so every rate would read 100 %."
)

_ALL = (
    Definition(
        "customer",
        _("Customer at a moment"),
        _("at least one purchase in the window before the moment"),
        _(
            "Somebody counts as your customer on a day if they bought within the window, say"
            " 90 days, before it. They stop being one the day the window has passed in silence."
        ),
        (
            _(
                "A purchase counts if its status is in order, its amount is above zero and it was"
                " not given back in full."
            ),
            _("A refund of a part lowers the money on the day it was paid back, never the count."),
            _("Guests, whose purchases carry no name, are never customers here."),
            _(
                "Days are calendar days in the shop's time zone. A period takes in its first day"
                " and ends where the next one starts."
            ),
        ),
    ),
    Definition(
        "retention",
        _("Retention"),
        _("customers at the start who are still customers at the end / customers at the start"),
        _("Of those who were with you when the period began, how many still are when it ends."),
        (
            _NOT_YET,
            _("Who lapsed and came back within the period has stayed."),
            _("People won back or new are shown apart; they never lift this rate."),
            _("No customers at the start: a dash, not 0."),
        ),
    ),
    Definition(
        "churn",
        _("Churn"),
        _("customers at the start who are no longer customers at the end / customers at the start"),
        _("The other side of retention: the two always add up to 100 %."),
        (_NOT_YET, _("No customers at the start: a dash, not 0.")),
    ),
    Definition(
        "revenue_churn",
        _("Revenue churn"),
        _("net money of those who left / net money of the customers at the start"),
        _(
            "How much of what your customers had brought in, in the window before the period,"
            " came from those who then left."
        ),
        (
            _("Net is sales less refunds, in the shop's currency."),
            _(
                "Where refunds outweigh sales on one side it may be negative or above 100 %, and is"
                " shown as it is; with nothing brought in on balance it is a dash."
            ),
            _NOT_YET,
        ),
    ),
    Definition(
        "repurchase_index",
        _("Repurchase index"),
        _("purchases by people who had bought before / all purchases"),
        _("Of 100 sales, 30 to people who had bought before: an index of 30 %."),
        (
            _(
                "Bought before means an earlier purchase by the same person, also within the same"
                " period; two at the very same moment do not count as one after the other."
            ),
            _(
                "The period rule asks instead whether the first purchase lay before the period;"
                " it reads lower."
            ),
            _(
                "Guests count among all purchases. The share among known customers stands beside"
                " it."
            ),
        ),
    ),
    Definition(
        "returning_rate",
        _("Returning customers"),
        _("buyers of the period who first bought before it / buyers of the period"),
        _("Of the people who bought in the period, how many were not new."),
        (
            _("Counts people, where the repurchase index counts purchases."),
            _("Guests are left out: nobody knows whether they had been here."),
        ),
    ),
    Definition(
        "repeat_rate",
        _("Repeat purchase rate"),
        _(
            "customers who bought again within N days of their first purchase"
            " / customers whose N days have passed"
        ),
        _("How many find the way back after the first time, and how soon."),
        (
            _(
                "Customers whose N days have not passed yet are left out of both sides: they can"
                " still come back."
            ),
            _("A second purchase on the same day counts if it was made later."),
            _("Ever takes all customers; it reads lower the more of them are fresh."),
        ),
    ),
    Definition(
        "average_order",
        _("Average order"),
        _("sales / purchases"),
        _("What a purchase comes to, guests included."),
        (
            _("Sales before refunds; less refunds it stands beside."),
            _("Only purchases in the shop's currency."),
        ),
    ),
    Definition(
        "frequency",
        _("Frequency"),
        _("purchases of known customers / buyers"),
        _("How often somebody who bought in the period bought in it."),
        (_("Without guests."),),
    ),
    Definition(
        "buyers",
        _("Buyers"),
        _("known customers with at least one purchase in the period"),
        _("How many people bought; each once, however often."),
        (_("New are those whose first purchase ever lies in the period."),),
    ),
    Definition(
        "revenue",
        _("Revenue"),
        _("sales less refunds, each on its own day"),
        _("Money that came in, less money given back, guests included."),
        (
            _("A refund lowers the day it was paid back, not the day of the purchase."),
            _("A purchase given back in full drops out with its refunds, also from the past."),
            _("Only the shop's currency."),
        ),
    ),
    Definition(
        "guest_share",
        _("Guest purchases"),
        _("purchases without a known customer / all purchases"),
        _("How much of the shop these figures about people cannot see."),
    ),
    Definition(
        "flow",
        _("Stayed, left, came back, new"),
        _("start = stayed + left; end = stayed + came back + new"),
        _(
            "Came back: a customer at the end who was not one at the start but had bought before"
            " the period. New: first purchase ever in the period."
        ),
    ),
    Definition(
        "cohorts",
        _("Cohorts"),
        _("members who bought in the k-th month after / all members"),
        _("Everybody whose first purchase fell into the same month is a cohort."),
        (
            _("The first purchase ever decides, whatever is filtered."),
            _(
                "A month that has not begun in the data is empty, never 0; one that is not over is"
                " dashed."
            ),
            _("The mean weighs each cohort by its size and takes complete months only."),
            _(
                "Money is what a cohort brought up to and with that month, less refunds, per"
                " member."
            ),
        ),
    ),
)

DEFINITIONS: dict[str, Definition] = {definition.key: definition for definition in _ALL}
