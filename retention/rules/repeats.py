"""The repeat-purchase rate: who came back within N days of the first purchase."""

from dataclasses import dataclass

from retention.rules.rates import per_cent

# The horizons that pages show, in days.
HORIZONS = (30, 60, 90, 365)


def latest_first_day(*, horizon: int, last_day: int) -> int:
    """The last first-purchase day whose `horizon` days have passed by the data's end.

    A purchase on day d has its horizon in (d, d + horizon]; it has passed when the data reach
    day d + horizon. Later customers are left out of both sides: they can still come back.
    """
    return last_day - horizon


def came_back(*, days_to_second: int | None, horizon: int | None) -> bool:
    """Whether a later purchase (at a strictly later instant, also on the same day) followed
    within the horizon of civil days; `horizon` None asks for ever."""
    return days_to_second is not None and (horizon is None or days_to_second <= horizon)


@dataclass(frozen=True, slots=True)
class RepeatRate:
    """Customers whose `horizon` days have passed, and those of them who bought again in time.

    `horizon` None is "ever": all customers, and all who ever bought again.
    """

    horizon: int | None
    customers: int
    returned: int

    @property
    def rate(self) -> float | None:
        """Per cent; None without customers."""
        return per_cent(self.returned, self.customers)
