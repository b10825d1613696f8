"""The support desk as tests use it: instants are texts in Warsaw's time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from accounts.models import Role
from customers.services.interactions import Said
from support.models import Category
from support.services import cases, contacts, resolving
from support.services.cases import Asked
from support.services.resolving import Verdict
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory

WARSAW = ZoneInfo("Europe/Warsaw")


def at(text):
    if isinstance(text, datetime):
        return text
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW).astimezone(UTC)


def cause(key="delivery-late"):
    return Category.objects.get_or_create(key=key)[0]


class Desk:
    """One customer's cases, a clerk and a manager."""

    def __init__(self):
        self.customer = CustomerFactory()
        self.clerk = UserFactory(role=Role.SUPPORT)
        self.manager = UserFactory(role=Role.MANAGER)

    def open(self, received, now=None, **more):
        asked = {"kind": "complaint", "subject": "The cup is broken", "category": cause()}
        given = {name: more.pop(name) for name in list(more) if name in Asked.__annotations__}
        return cases.open_case(
            actor=self.clerk,
            now=at(now or received),
            customer=more.pop("customer", self.customer),
            asked=Asked(received_at=at(received), **asked | given),
            **more,
        )

    def take(self, case, now):
        return cases.take_case(actor=self.clerk, now=at(now), case=case)

    def say(self, case, now, *, when=None, actor="clerk", **more):
        said = {"channel": "call", "direction": "out", "outcome": "answered", "text": "We look."}
        return contacts.log_contact(
            actor=getattr(self, actor) if actor else None,
            now=at(now),
            case=case,
            said=Said(occurred_at=at(when or now), **said | more),
        )

    def hear(self, case, now, **more):
        return self.say(case, now, direction="in", **more)

    def ask(self, case, now, until=None):
        return cases.ask_customer(actor=self.clerk, now=at(now), case=case, until=until)

    def resolve(self, case, now, decision="upheld", **more):
        verdict = {"reason": "Broken on the way.", "root_cause": cause("delivery-damaged")}
        own = {name: more.pop(name) for name in list(more) if name in Verdict.__annotations__}
        return resolving.resolve_case(
            actor=self.clerk,
            now=at(now),
            case=case,
            verdict=Verdict(decision=decision, **verdict | own),
            **more,
        )

    def reopen(self, case, now, actor="clerk"):
        return resolving.reopen_case(actor=getattr(self, actor), now=at(now), case=case)

    def worked(self, received, resolved, **more):
        """A case that was taken, answered and resolved."""
        case = self.open(received, **more)
        self.take(case, received)
        self.say(case, received)
        return self.resolve(case, resolved)
