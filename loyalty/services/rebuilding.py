"""Working out again what is derived where it differs. Transfers are never touched."""

from django.db import transaction
from django.db.models import Max, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from core.services import audit
from loyalty.locks import lock_account
from loyalty.models import (
    Account,
    Award,
    Hold,
    HoldPart,
    HoldState,
    Lot,
    Operation,
    Tender,
    Transfer,
)
from loyalty.reconciling import Scope, reconcile
from loyalty.rules.lots import Bucket, LotState
from loyalty.services.tendering import KINDS

_ENDS = {"capture": HoldState.CAPTURED, "cancel": HoldState.CANCELLED}


@transaction.atomic
def rebuild_account(*, actor: audit.Actor | None, account_id: int) -> bool:
    """Set the account's snapshot, its lots, holds and awards to what its transfers and operations
    say; audited. False, with nothing changed, where the chain is broken: what was changed in the
    transfers must not spread, and is left for a person."""
    account = lock_account(account_id)
    found = reconcile(Scope(account=account_id)).differences
    if any(difference.what == "chain" for difference in found):
        return False
    _rebuild_snapshot(account)
    for lot in Lot.objects.filter(account=account):
        _rebuild_lot(lot)
    for hold in Hold.objects.filter(account=account):
        _rebuild_hold(hold, account)
    for award in Award.objects.filter(account=account).select_related("lot"):
        _rebuild_award(award)
    for tender in Tender.objects.filter(account=account):
        _rebuild_tender(tender)
    audit.record(actor=actor, action="loyalty.rebuilt", target=account)
    return True


def _rebuild_snapshot(account: Account) -> None:
    account.pending = _net(account=account, bucket=Bucket.PENDING)
    account.available = _net(account=account, bucket=Bucket.AVAILABLE)
    account.reserved = _net(account=account, bucket=Bucket.RESERVED)
    account.debt = -_net(account=account, bucket=Bucket.DEBT)
    last = Transfer.objects.filter(account=account).order_by("seq").last()
    account.version, account.chain = (last.seq, last.hash) if last else (0, "")
    done = Operation.objects.filter(account=account).aggregate(last=Max("at"))
    account.settled_at = done["last"] or account.settled_at
    account.save()


def _rebuild_lot(lot: Lot) -> None:
    first = Transfer.objects.filter(lot=lot).order_by("seq").first()
    lot.earned = first.amount if first else lot.earned
    lot.remaining = _net(lot=lot, bucket=Bucket.PENDING) + _net(lot=lot, bucket=Bucket.AVAILABLE)
    lot.reserved = _net(lot=lot, bucket=Bucket.RESERVED)
    lot.expired = _net(lot=lot, bucket=Bucket.EXPIRED)
    if not lot.remaining + lot.reserved:
        lot.state = LotState.CLOSED
    elif _net(lot=lot, bucket=Bucket.PENDING):
        lot.state = LotState.PENDING
    else:
        lot.state = LotState.OPEN
    lot.save(update_fields=["earned", "remaining", "reserved", "expired", "state"])


def _rebuild_hold(hold: Hold, account: Account) -> None:
    reserved = Transfer.objects.filter(operation=hold.operation_id, target=Bucket.RESERVED)
    for lot_id, amount in reserved.values_list("lot_id", "amount"):
        HoldPart.objects.update_or_create(hold=hold, lot_id=lot_id, defaults={"amount": amount})
    hold.amount = _sum(reserved)
    acts = Operation.objects.filter(account=account, kind__in=_ENDS, terms__hold=hold.pk)
    end = acts.first()
    if end is not None:
        hold.state = _ENDS[end.kind]
    else:
        over = hold.expires_at <= account.settled_at
        hold.state = HoldState.EXPIRED if over else HoldState.OPEN
    hold.captured = _sum(Transfer.objects.filter(operation=end, target=Bucket.REDEEMED))
    hold.save(update_fields=["amount", "state", "captured"])


def _rebuild_award(award: Award) -> None:
    refunds = Operation.objects.filter(
        programme=award.programme_id, kind="refund", order=award.order
    ).order_by("id")
    terms = list(refunds.values_list("terms", flat=True))
    award.granted = award.lot.earned if award.lot else 0
    award.clawed = _sum(Transfer.objects.filter(operation__in=refunds, target=Bucket.CLAWED))
    award.refunded_minor = sum(term["amount_minor"] for term in terms)
    award.lapsed = sum(term["lapsed"] for term in terms)
    award.save(update_fields=["granted", "clawed", "refunded_minor", "lapsed"])


def _rebuild_tender(tender: Tender) -> None:
    acts = Operation.objects.filter(
        account=tender.account_id, kind__in=KINDS, terms__purchase=tender.purchase_id
    )
    moved = Transfer.objects.filter(operation__in=acts)
    spent = _sum(moved.filter(target=Bucket.REDEEMED))
    tender.returned = tender.units - spent + _sum(moved.filter(source=Bucket.REDEEMED))
    tender.save(update_fields=["returned"])


def _sum(transfers: QuerySet[Transfer]) -> int:
    return int(transfers.aggregate(sum=Coalesce(Sum("amount"), Value(0)))["sum"])


def _net(*, bucket: Bucket, **owner: Account | Lot) -> int:
    into = Coalesce(Sum("amount", filter=Q(target=bucket)), Value(0))
    out = Coalesce(Sum("amount", filter=Q(source=bucket)), Value(0))
    sums = Transfer.objects.filter(**owner).aggregate(net=into - out)
    return int(sums["net"])
