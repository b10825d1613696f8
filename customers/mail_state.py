"""How things stand with mails to a customer, in words for staff: suppressed addresses, topics
left, a pause, how often."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from customers.masking import shown_address
from customers.models import Customer, Frequency, MailPreference, Scope, Suppression, Topic
from customers.services.preferences import (
    BY_CUSTOMER,
    FOR_CUSTOMER,
    addresses_of,
)
from customers.suppressions import live_suppressions


@dataclass(frozen=True, slots=True)
class ShownSuppression:
    """A suppression as the reader may see it; `topic` is its topic's name, "" without one."""

    row: Suppression
    address: str
    topic: str

    @property
    def what(self) -> str:
        """'Every mail', 'Marketing and surveys', or the topic's name."""
        return self.topic or str(self.row.get_scope_display())

    @property
    def why_lifted(self) -> str:
        """The reason as it was typed, or in words where nobody typed one."""
        words = {
            BY_CUSTOMER: _("The customer chose so"),
            FOR_CUSTOMER: _("Chosen on the customer's preference page by staff"),
        }
        return words.get(self.row.lift_reason, self.row.lift_reason)


@dataclass(frozen=True, slots=True)
class MailState:
    """What stands between the shop's mails and a customer, but for consent."""

    suppressed: list[ShownSuppression]
    topics_off: list[str]
    frequency: str
    paused_until: datetime | None

    def __bool__(self) -> bool:
        return bool(self.suppressed or self.topics_off or self.frequency or self.paused_until)


def shown_suppressions(user: User, rows: list[Suppression]) -> list[ShownSuppression]:
    """Suppressions with the names of their topics; one query where there are topics."""
    keys = {row.topic for row in rows if row.topic}
    topics = Topic.objects.filter(key__in=keys) if keys else []
    language = get_language() or "en"
    names = {topic.key: topic.name_in(language) for topic in topics}
    return [
        ShownSuppression(row, shown_address(user, row.address), names.get(row.topic, row.topic))
        for row in rows
    ]


def mail_state(customer: Customer, user: User, now: datetime) -> MailState:
    """The state of all their addresses; at most four queries."""
    addresses = addresses_of(customer)
    live = live_suppressions(addresses) if addresses else []
    for row in live:
        row.address = addresses[row.key]
    shown = shown_suppressions(user, live)
    preference = MailPreference.objects.filter(customer=customer).first()
    until = preference.paused_until if preference else None
    often = preference.frequency if preference else Frequency.ANY
    return MailState(
        suppressed=[one for one in shown if one.row.scope != Scope.TOPIC],
        topics_off=sorted({one.topic for one in shown if one.row.scope == Scope.TOPIC}),
        frequency="" if often == Frequency.ANY else str(Frequency(often).label),
        paused_until=until if until and until > now else None,
    )
