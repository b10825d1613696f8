"""Rates of a period: what is divided by what, and when there is no rate at all.

None means undefined or not measurable; it is never replaced by 0 or 100.
"""

from decimal import Decimal


def per_cent(part: int, whole: int) -> float | None:
    """100 * part / whole, unrounded; None where the whole is 0 or less."""
    return 100 * part / whole if whole > 0 else None


def measurable(*, first_purchase_day: int | None, period_start: int, window_days: int) -> bool:
    """Whether the window before the period lies within the shop's history.

    At least `window_days` days lie between the shop's first valid purchase (guests too) and the
    period's start; exactly as many are enough. With less, nobody can have lapsed yet and every
    rate reads 100.

    **Source:** `docs/algorithms/retention.md`, "Not yet measurable".
    """
    return first_purchase_day is not None and period_start - first_purchase_day >= window_days


def retention_rate(*, at_start: int, kept: int, is_measurable: bool) -> float | None:
    """Customers at the start who are customers at the end / customers at the start, per cent.

    Set-based: (end - new) / start would count customers won back as kept and pass 100 %.

    **Source:** the definition of the brief; UCI March 2011, window 90: 1324 of 1682 = 78.7158 %.
    """
    return per_cent(kept, at_start) if is_measurable else None


def churn_rate(*, at_start: int, lost: int, is_measurable: bool) -> float | None:
    """Customers at the start who are not at the end / customers at the start, per cent.

    UCI March 2011, window 90: 358 of 1682 = 21.2842 %.
    """
    return per_cent(lost, at_start) if is_measurable else None


def revenue_churn_rate(
    *, start_net: int | None, lost_net: int | None, is_measurable: bool
) -> float | None:
    """Net money of the lost / net money of the customers at the start, per cent.

    Both sums are over the window before the period, refunds on their own date. None where the
    customers at the start brought nothing on balance. A negative or above-100 value is
    possible where refunds outweigh purchases on one side, and is shown as it is.
    """
    if not is_measurable or start_net is None or lost_net is None:
        return None
    return per_cent(lost_net, start_net)


def repurchase_index(*, repeat: int, purchases: int) -> float | None:
    """Purchases by people who had bought before / all purchases, per cent.

    **Source:** the brief: 30 of 100 sales = 30 %. UCI December 2010: 507 / 1559 = 32.5208 %.
    """
    return per_cent(repeat, purchases)


def average_order(*, gross_minor: int, purchases: int, digits: int) -> Decimal | None:
    """Gross / purchases in major units, four decimals, half up; None without purchases.

    `digits` is how many minor digits the currency has. UCI December 2010: 823,746.14 in 1,559
    purchases = 528.3811.
    """
    if purchases <= 0:
        return None
    units = purchases * 10**digits
    ten_thousandths = (2 * gross_minor * 10_000 + units) // (2 * units)
    return Decimal(ten_thousandths).scaleb(-4)


def frequency(*, purchases: int, buyers: int) -> float | None:
    """Purchases of known customers / buyers; None without buyers."""
    return purchases / buyers if buyers > 0 else None


def difference(now: float | None, before: float | None) -> float | None:
    """The change in percentage points or units; None where a side has no value."""
    return None if now is None or before is None else now - before
