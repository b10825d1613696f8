"""Units given or taken by a person, with a reason."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from core.errors import Refused, too_long
from core.services import audit
from core.services.shop import shop_zone
from customers.models import Customer
from loyalty.errors import insufficient
from loyalty.models import Programme
from loyalty.rules.book import Book
from loyalty.rules.calendar import expires_at
from loyalty.rules.lots import Bucket, Lot, LotState
from loyalty.services.acts import Done, Order, Result, Whose, Work, again_if_outrun, perform
from loyalty.words import number_of

# More would be a slip of the finger, not a kindness.
MOST = 1_000_000
LONGEST_REASON = 255


@again_if_outrun
@transaction.atomic
def adjust(
    *,
    actor: User,
    customer: Customer,
    programme: Programme,
    units: int,
    reason: str,
    now: datetime,
    key: str = "",
) -> Done:
    """Give units (above zero: usable at once, with the programme's life) or take them (below). A
    reason is needed; support has a limit; audited. Result: `adjusted, available`. Raises
    `Refused`."""
    check_adjustment(units, reason)
    if actor.role == Role.SUPPORT and abs(units) > programme.adjust_limit:
        words = _("Up to %(limit)s at once; for more ask a manager.")
        raise Refused(
            words % {"limit": number_of(programme, programme.adjust_limit)}, field="units"
        )
    act = Order(
        kind="adjust",
        key=key or f"adjust:{uuid4()}",
        content={"units": units, "reason": reason},
        actor=actor,
        now=now,
        reason=reason,
    )
    work = Work(lambda book: _adjust(book, programme, units))
    done = perform(Whose(customer, programme), act, work)
    if not done.replayed:
        audit.record(
            actor=actor,
            action="loyalty.adjusted",
            target=done.operation.account,
            details={"units": units},
        )
    return done


def check_adjustment(units: int, reason: str) -> None:
    """Refuses slips: no reason, none or too many units."""
    if not reason.strip():
        raise Refused(_("Say why."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(too_long(LONGEST_REASON), field="reason")
    if not 1 <= abs(units) <= MOST:
        raise Refused(_("Say how many, at most a million."), field="units")


def _adjust(book: Book, programme: Programme, units: int) -> Result:
    if units > 0:
        book.add(_gift(book, programme, units), Bucket.ADJUSTED)
    elif book[Bucket.AVAILABLE] < -units:
        raise insufficient()
    else:
        book.take(-units, Bucket.ADJUSTED)
    return {"adjusted": units, "available": book[Bucket.AVAILABLE]}


def _gift(book: Book, programme: Programme, units: int) -> Lot:
    return Lot(
        pk=None,
        order="",
        earned=units,
        remaining=units,
        reserved=0,
        expired=0,
        state=LotState.PENDING,
        matures_at=book.at,
        expires_at=expires_at(book.at, programme.lifetime, shop_zone()),
    )
