"""Joining two accounts of one programme, when two files turn out to be of one person; and parting
them again within thirty days.

Locks: both accounts, by id. All that the first account holds goes to the second by transfers of
either; the first stays, empty, with its history. From then on refunds of its orders and what is
given back of its redemptions come to the second (`loyalty.joined`). Parting takes back what is
still there of each lot, and of the debt; what was spent, earned or lapsed meanwhile stays where
it is. Places under caps and in limits of events and rewards are counted for each account.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Refused
from core.services import audit
from core.services.audit import Actor
from customers.models import Customer
from loyalty.joined import line_of
from loyalty.locks import lock_account
from loyalty.models import Account, AccountJoin, ChallengeFinish, Lot, LotSuccessor, Operation
from loyalty.rules.book import Book
from loyalty.rules.joining import Load, pick_up, put_down
from loyalty.rules.lots import Bucket
from loyalty.rules.lots import Lot as HeldLot
from loyalty.services.acts import Order, Result, Work, perform

JOIN, PART = "join", "part"
UNDO_TIME = timedelta(days=30)


@transaction.atomic
def join_members(
    *, actor: Actor | None, gone: Customer, kept: Customer, now: datetime
) -> list[AccountJoin]:
    """Join all accounts of a customer who is merged away with those of the one who stays, opened
    where there are none: what a merge calls, in its transaction. As `join_accounts`."""
    joins = []
    for source in Account.objects.filter(customer=gone).order_by("programme_id"):
        # Not locked yet: the two are locked together, by id.
        words = {"customer": kept, "programme_id": source.programme_id}
        target, _new = Account.objects.get_or_create(**words, defaults={"settled_at": now})
        joins.append(join_accounts(actor=actor, source=source, target=target, now=now))
    return joins


@transaction.atomic
def join_accounts(
    *, actor: Actor | None, source: Account, target: Account, now: datetime
) -> AccountJoin:
    """Bring all that the source holds into the target; audited. The same again answers the join
    that stands. Refuses accounts of two programmes, one that is joined already, and a source of
    which something is reserved: its order is to be ended first."""
    first, second = _locked(source.pk, target.pk)
    standing = AccountJoin.objects.filter(source=first, undone_at=None).first()
    if standing is not None and standing.target_id == second.pk:
        return standing
    _refuse(first, second, standing)
    number = AccountJoin.objects.filter(source=first).count()
    move = _Move(JOIN, f"join:{first.pk}:{number}", actor, now)
    load, out = move.pick_up(first, None)
    into = move.put_down(second, load)
    _carry_finishes(first, second)
    join = AccountJoin.objects.create(source=first, target=second, out=out, into=into, at=out.at)
    details = {"into": second.pk, "units": load.units, "debt": load.debt}
    audit.record(actor=actor, action="loyalty.joined", target=first, details=details)
    return join


@transaction.atomic
def part_accounts(*, actor: Actor | None, join: AccountJoin, now: datetime) -> AccountJoin:
    """Undo a join within thirty days: what is still there of what came goes back; audited. A second
    time changes nothing. Refuses later, and while the target is itself joined to another."""
    first, second = _locked(join.source_id, join.target_id)
    row = AccountJoin.objects.get(pk=join.pk)
    if row.undone_at is not None:
        return row
    if now >= row.at + UNDO_TIME:
        raise Refused(_("These accounts were joined more than thirty days ago."))
    if AccountJoin.objects.filter(source=second, undone_at=None).exists():
        raise Refused(_("Part the account that it went on to first."))
    move = _Move(PART, f"part:{row.pk}", actor, now)
    load, _out = move.pick_up(second, row)
    move.put_down(first, load)
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    details = {"from": second.pk, "units": load.units, "debt": load.debt}
    audit.record(actor=actor, action="loyalty.parted", target=first, details=details)
    return row


def _locked(source: int, target: int) -> tuple[Account, Account]:
    found = {pk: lock_account(pk) for pk in sorted({source, target})}
    return found[source], found[target]


def _refuse(first: Account, second: Account, standing: AccountJoin | None) -> None:
    if first.programme_id != second.programme_id or first.pk == second.pk:
        raise Refused(_("These are not two accounts of one programme."))
    if standing is not None:
        raise Refused(_("This account is joined to another one already."))
    if AccountJoin.objects.filter(source=second, undone_at=None).exists():
        raise Refused(_("The other account is joined to another one already."))


class _Move:
    """The two acts of one join or parting: one account gives, the other takes."""

    def __init__(self, kind: str, key: str, actor: Actor | None, now: datetime) -> None:
        self._kind, self._key, self._actor, self._now = kind, key, actor, now

    def pick_up(self, account: Account, back: AccountJoin | None) -> tuple[Load, Operation]:
        """Take all that the account holds; or, of what came with a join, what is still there."""
        loads: list[Load] = []

        def decide(book: Book) -> Result:
            if back is None and book.holds:
                raise Refused(_("Points are reserved for an order. End that first."))
            lots = book.lots if back is None else _of_join(book, back)
            most = book[Bucket.DEBT] if back is None else int(back.into.result["debt"])
            loads.append(pick_up(book, list(lots), most))
            return {"units": loads[0].units, "debt": loads[0].debt}

        done = perform(account, self._order("out"), Work(decide))
        return loads[0], done.operation

    def put_down(self, account: Account, load: Load) -> Operation:
        """Bring it into the account, and write down which lots went on as which."""
        lots: list[HeldLot] = []

        def decide(book: Book) -> Result:
            lots.extend(put_down(book, load))
            return {"units": load.units, "debt": load.debt}

        done = perform(account, self._order("into"), Work(decide))
        LotSuccessor.objects.bulk_create(
            LotSuccessor(lot_id=old.pk or 0, successor_id=new.pk or 0)
            for (old, _amount), new in zip(load.parts, lots, strict=True)
        )
        return done.operation

    def _order(self, side: str) -> Order:
        key = f"{self._key}:{side}"
        return Order(
            kind=f"{self._kind}_{side}", key=key, content={}, actor=self._actor, now=self._now
        )


def _of_join(book: Book, join: AccountJoin) -> Iterable[HeldLot]:
    """The book's lots that came with the join, or came back for such from further on."""
    came = Lot.objects.filter(operation=join.into)
    known = {one.pk for lot in came for one in line_of(lot)}
    return [lot for lot in book.lots if lot.pk in known]


def _carry_finishes(source: Account, target: Account) -> None:
    """What was won on the source is not won once more on the target; its points have come along."""
    won = ChallengeFinish.objects.filter(account=source, taken_back_at=None)
    known = set(
        ChallengeFinish.objects.filter(account=target).values_list("challenge_id", "period")
    )
    ChallengeFinish.objects.bulk_create(
        ChallengeFinish(account=target, challenge_id=row.challenge_id, period=row.period, at=row.at)
        for row in won
        if (row.challenge_id, row.period) not in known
    )
