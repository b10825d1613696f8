"""A period's figures as counted, and the rates that follow from them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import minor_digits
from retention.reports.query import Query
from retention.rules import rates


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted. Sets and purchases cover all currencies; `currency_purchases` and the
    money only the query's. `start_net_minor` and `lost_net_minor` are the net money of the
    customers at the start and of the lost in the window before the period; None: not asked.
    """

    customers_at_start: int = 0
    kept: int = 0
    lost: int = 0
    new: int = 0
    reactivated: int = 0
    customers_at_end: int = 0
    purchases: int = 0
    guest_purchases: int = 0
    repeat_purchases: int = 0
    repeat_purchases_by_period: int = 0
    buyers: int = 0
    new_buyers: int = 0
    currency_purchases: int = 0
    gross_minor: int = 0
    refunds_minor: int = 0
    start_net_minor: int | None = None
    lost_net_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Figures(Counts):
    """The counts of one query, and its rates: per cent, None where there is none.

    `data_from` and `data_until` are the days of the shop's first and last valid purchase.
    """

    query: Query | None = None
    data_from: date | None = None
    data_until: date | None = None

    @property
    def asked(self) -> Query:
        """The query that these figures answer."""
        assert self.query is not None
        return self.query

    @property
    def is_measurable(self) -> bool:
        """Whether the shop's history before the period is as long as the window."""
        return rates.measurable(
            first_purchase_day=self.data_from.toordinal() if self.data_from else None,
            period_start=self.asked.period.first,
            window_days=self.asked.window_days,
        )

    @property
    def is_complete(self) -> bool:
        """Whether the data reach the period's last day."""
        until = self.data_until
        return until is not None and until.toordinal() >= self.asked.period.after - 1

    @property
    def identified_purchases(self) -> int:
        return self.purchases - self.guest_purchases

    @property
    def returning_buyers(self) -> int:
        return self.buyers - self.new_buyers

    @property
    def net_minor(self) -> int:
        return self.gross_minor - self.refunds_minor

    @property
    def retention_rate(self) -> float | None:
        return rates.retention_rate(
            at_start=self.customers_at_start, kept=self.kept, is_measurable=self.is_measurable
        )

    @property
    def churn_rate(self) -> float | None:
        return rates.churn_rate(
            at_start=self.customers_at_start, lost=self.lost, is_measurable=self.is_measurable
        )

    @property
    def revenue_churn_rate(self) -> float | None:
        return rates.revenue_churn_rate(
            start_net=self.start_net_minor,
            lost_net=self.lost_net_minor,
            is_measurable=self.is_measurable,
        )

    @property
    def repurchase_index(self) -> float | None:
        """By the order rule, over all purchases: the headline."""
        return rates.repurchase_index(repeat=self.repeat_purchases, purchases=self.purchases)

    @property
    def repurchase_index_identified(self) -> float | None:
        """By the order rule, over the purchases of known customers."""
        return rates.repurchase_index(
            repeat=self.repeat_purchases, purchases=self.identified_purchases
        )

    @property
    def repurchase_index_by_period(self) -> float | None:
        """By the period rule (first purchase before the period), over all purchases."""
        return rates.repurchase_index(
            repeat=self.repeat_purchases_by_period, purchases=self.purchases
        )

    @property
    def repurchase_index_by_period_identified(self) -> float | None:
        """By the period rule, over the purchases of known customers."""
        return rates.repurchase_index(
            repeat=self.repeat_purchases_by_period, purchases=self.identified_purchases
        )

    @property
    def guest_share(self) -> float | None:
        """Purchases without a customer / all purchases."""
        return rates.per_cent(self.guest_purchases, self.purchases)

    @property
    def returning_rate(self) -> float | None:
        """Buyers who first bought before the period / buyers."""
        return rates.per_cent(self.returning_buyers, self.buyers)

    @property
    def average_order(self) -> Decimal | None:
        """Gross per purchase of the currency, in major units, four decimals."""
        return self._average(self.gross_minor)

    @property
    def average_order_net(self) -> Decimal | None:
        """Gross less refunds per purchase of the currency; negative if more came back."""
        return self._average(self.net_minor)

    @property
    def frequency(self) -> float | None:
        """Purchases of known customers per buyer."""
        return rates.frequency(purchases=self.identified_purchases, buyers=self.buyers)

    def _average(self, minor: int) -> Decimal | None:
        return rates.average_order(
            gross_minor=minor,
            purchases=self.currency_purchases,
            digits=minor_digits(self.asked.currency),
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """A period's figures beside those of the period before; None where there is none."""

    now: Figures
    before: Figures | None

    def change(self, name: str) -> float | None:
        """The named figure's difference: per cent points of a rate, units of anything else.
        None where a side has no value."""
        if self.before is None:
            return None
        return rates.difference(_number(self.now, name), _number(self.before, name))


def _number(figures: Figures, name: str) -> float | None:
    value = getattr(figures, name)
    return None if value is None else float(value)
