"""What each figure of a period is made of, in words: every number opens the list behind it."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import money, whole
from retention.pages import words
from retention.pages.asked import Asked
from retention.reports import Figures


@dataclass(frozen=True, slots=True)
class Numbers:
    """A period's numbers, as links to their lists."""

    figures: Figures
    asked: Asked

    def opening(self, text: str, name: str) -> SafeString:
        """A text that opens the list of this name."""
        return words.linked(text, self.asked.list(name))

    def count(self, name: str, opens: str = "") -> SafeString:
        """A count of people or purchases; most lists bear the name of their count."""
        return self.opening(whole(getattr(self.figures, name)), opens or name)

    def money(self, name: str, opens: str) -> SafeString:
        """An amount in minor units, and the list whose sum it is."""
        return self.opening(money(getattr(self.figures, name), self.figures.asked.currency), opens)


def unknown(figures: Figures) -> str:
    """Why a rate of the customers at the start cannot be said."""
    if not figures.is_measurable:
        return _("Not yet measurable")
    if figures.customers_at_start == 0:
        return _("No customers at the start")
    return _("Nothing brought in on balance")


def churn(numbers: Numbers) -> str:
    if numbers.figures.churn_rate is None:
        return unknown(numbers.figures)
    text = ngettext(
        "{lost} of {start} customer left",
        "{lost} of {start} customers left",
        numbers.figures.customers_at_start,
    )
    start = numbers.count("customers_at_start", opens="start")
    return format_html(text, lost=numbers.count("lost"), start=start)


def revenue_churn(numbers: Numbers) -> str:
    if numbers.figures.revenue_churn_rate is None:
        return unknown(numbers.figures)
    days = numbers.figures.asked.window_days
    text = ngettext(
        "{lost} of {start} that customers had brought in the {days} day before",
        "{lost} of {start} that customers had brought in the {days} days before",
        days,
    )
    lost, start = numbers.money("lost_net_minor", "lost"), numbers.money("start_net_minor", "start")
    return format_html(text, lost=lost, start=start, days=days)


def repurchase_index(numbers: Numbers) -> str:
    text = ngettext(
        "{repeat} of {all} purchase by people who had bought before",
        "{repeat} of {all} purchases by people who had bought before",
        numbers.figures.purchases,
    )
    repeat = numbers.count("repeat_purchases")
    return format_html(text, repeat=repeat, all=numbers.count("purchases"))


def returning_rate(numbers: Numbers) -> str:
    text = ngettext(
        "{returning} of {buyers} buyer had bought before the period",
        "{returning} of {buyers} buyers had bought before the period",
        numbers.figures.buyers,
    )
    returning = numbers.count("returning_buyers")
    return format_html(text, returning=returning, buyers=numbers.count("buyers"))


def average_order(numbers: Numbers) -> str:
    text = ngettext(
        "{gross} in {purchases} purchase",
        "{gross} in {purchases} purchases",
        numbers.figures.currency_purchases,
    )
    gross = money(numbers.figures.gross_minor, numbers.figures.asked.currency)
    return format_html(text, gross=gross, purchases=numbers.count("currency_purchases"))


def frequency(numbers: Numbers) -> str:
    figures = numbers.figures
    bought = ngettext("{number} purchase", "{number} purchases", figures.identified_purchases)
    buyers = ngettext("{number} known buyer", "{number} known buyers", figures.buyers)
    return format_html(
        _("{purchases} by {buyers}"),
        purchases=format_html(bought, number=numbers.count("identified_purchases")),
        buyers=format_html(buyers, number=numbers.count("buyers")),
    )


def buyers(numbers: Numbers) -> str:
    text = _("{new} for the first time, {returning} again")
    new, returning = numbers.count("new_buyers"), numbers.count("returning_buyers")
    return format_html(text, new=new, returning=returning)


def revenue(numbers: Numbers) -> str:
    text = _("{gross} sold, {refunds} given back")
    gross = numbers.money("gross_minor", "currency_purchases")
    return format_html(text, gross=gross, refunds=numbers.money("refunds_minor", "refunds"))


def guest_share(numbers: Numbers) -> str:
    text = ngettext(
        "{guests} of {all} purchase without a name",
        "{guests} of {all} purchases without a name",
        numbers.figures.purchases,
    )
    guests = numbers.count("guest_purchases")
    return format_html(text, guests=guests, all=numbers.count("purchases"))
