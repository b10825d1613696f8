"""What the rules of mailings would do, told by examples."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.models import MailingRules
from messaging.rules.caps import allowed_from
from messaging.rules.quiet_hours import first_allowed, instant_of

LATE = time(22, 10)
# Whose clocks the examples go by: one east of most of the shop's customers shows that they differ.
ZONES: dict[str, str | Promise] = {
    "Europe/Bucharest": _("in Bucharest"),
    "Europe/Warsaw": _("in Warsaw"),
}


@dataclass(frozen=True, slots=True)
class Example:
    """One example: what is due, for whom (`place`), and when it would go, by their clock too."""

    kind: str
    place: str | Promise
    due: datetime
    goes: datetime
    zone: ZoneInfo

    @property
    def at_once(self) -> bool:
        """Whether nothing puts it off."""
        return self.goes == self.due

    @property
    def there(self) -> datetime:
        """When it goes, on the customer's wall."""
        return self.goes.astimezone(self.zone)


def examples(rules: MailingRules, now: datetime) -> list[Example]:
    """A newsletter due now, one due late this evening, and one to somebody who had one an hour
    ago, by two clocks."""
    found = []
    for name, place in ZONES.items():
        zone = ZoneInfo(name)
        evening = instant_of(now.astimezone(zone).date(), LATE, zone)
        found += [
            _example("now", rules, place, now, [], zone),
            _example("late", rules, place, max(now, evening), [], zone),
        ]
    recently = [now - timedelta(hours=1)]
    zone = ZoneInfo("Europe/Warsaw")
    return [*found, _example("again", rules, ZONES["Europe/Warsaw"], now, recently, zone)]


def _example(
    kind: str,
    rules: MailingRules,
    place: str | Promise,
    due: datetime,
    sent: list[datetime],
    zone: ZoneInfo,
) -> Example:
    capped = allowed_from(sent, rules.cap(), due)
    return Example(kind, place, due, first_allowed(capped, zone, rules.quiet_hours()), zone)
