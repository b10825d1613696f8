"""The bank as tests use it: instants are texts in UTC, sums are in minor units."""

from datetime import UTC, datetime, timedelta

from accounts.models import Role
from loyalty import models
from loyalty.balances import balance_document
from loyalty.models import one_major_unit
from loyalty.reconciling import Scope, reconcile
from loyalty.services import adjusting, earning, redeeming, refunding, reversing, settling
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory

TABLES = (
    *("Programme", "Account", "Operation", "OperationNote", "Lot", "Transfer"),
    *("Hold", "HoldPart", "Award", "AwardMark"),
)
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def utc(text):
    return text if isinstance(text, datetime) else datetime.fromisoformat(text).replace(tzinfo=UTC)


def programme(key="points", **more):
    """The programme of a fresh database, unless said otherwise."""
    fields = {
        "name": key,
        "kind": "points",
        "currency": "PLN",
        "earn_minor": one_major_unit("PLN"),
        "started_at": BEGAN,
    }
    return models.Programme.objects.update_or_create(key=key, defaults=fields | more)[0]


class Bank:
    """One member of one programme."""

    def __init__(self, customer=None, **terms):
        self.programme = programme(**terms)
        self.customer = customer or CustomerFactory()
        self.manager = UserFactory(role=Role.MANAGER)

    @property
    def _who(self):
        return {"actor": None, "customer": self.customer, "programme": self.programme}

    def earn(self, order, amount_minor, at, **more):
        more.setdefault("currency", "PLN")
        return earning.earn_for_order(
            **self._who, order=order, amount_minor=amount_minor, now=utc(at), **more
        )

    def refund(self, order, amount_minor, at, **more):
        return refunding.refund_order(
            actor=None,
            programme=self.programme,
            order=order,
            amount_minor=amount_minor,
            now=utc(at),
            **more,
        )

    def redeem(self, units, at, **more):
        return redeeming.redeem(**self._who, units=units, now=utc(at), **more)

    def reserve(self, units, at, order="basket", **more):
        return redeeming.reserve(**self._who, units=units, order=order, now=utc(at), **more)

    def adjust(self, units, at, reason="sorry", **more):
        who = self._who | {"actor": more.pop("actor", self.manager)}
        return adjusting.adjust(**who, units=units, reason=reason, now=utc(at), **more)

    @staticmethod
    def capture(hold, at, **more):
        return redeeming.capture(actor=None, hold=hold, now=utc(at), **more)

    @staticmethod
    def cancel(hold, at, **more):
        return redeeming.cancel(actor=None, hold=hold, now=utc(at), **more)

    @staticmethod
    def reverse(operation, at, **more):
        return reversing.reverse_redemption(actor=None, operation=operation, now=utc(at), **more)

    def document(self, at):
        return balance_document(customer=self.customer, programme=self.programme, now=utc(at))

    def standing(self, at):
        """Pending, available, reserved, debt as they are at the instant."""
        document = self.document(at)
        return tuple(document[bucket] for bucket in ("pending", "available", "reserved", "debt"))

    @property
    def account(self):
        return models.Account.objects.get(customer=self.customer, programme=self.programme)


def settle(at):
    return settling.settle_due(utc(at))


def everything():
    """All rows of the bank."""
    return {table: list(getattr(models, table).objects.order_by("pk").values()) for table in TABLES}


def differences():
    return reconcile(Scope()).differences


def later(instant, **by):
    return utc(instant) + timedelta(**by)
