"""Codes: minted in bulk, chosen as a word, given to customers, withdrawn."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from core.services import audit
from core.services.shop import get_shop
from customers.models import Customer
from loyalty.coupon_checks import is_in
from loyalty.coupon_errors import Reason, refused
from loyalty.errors import key_reused
from loyalty.models import CouponCampaign, CouponCode
from loyalty.rules.calendar import lives_through
from loyalty.rules.coupon_code import LENGTH, draw, normal

MOST_AT_ONCE = 50_000
BATCH = 2_000
SHORTEST_WORD, LONGEST_WORD = 4, 30


@transaction.atomic
def mint(
    *, actor: User | None, campaign: CouponCampaign, number: int, batch: str, now: datetime
) -> int:
    """Make so many codes for one use each, under the name of a batch; audited. Returns how many."""
    if not 1 <= number <= MOST_AT_ONCE:
        raise Refused(_("Make between one and 50,000 codes at once."), field="number")
    for begin in range(0, number, BATCH):
        size = min(BATCH, number - begin)
        rows = [
            CouponCode(campaign=campaign, code=draw(), batch=batch, created_at=now)
            for _each in range(size)
        ]
        CouponCode.objects.bulk_create(rows)
    details = {"number": number, "batch": batch}
    audit.record(actor=actor, action="coupon.minted", target=campaign, details=details)
    return number


@transaction.atomic
def add_word(
    *,
    actor: User | None,
    campaign: CouponCampaign,
    word: str,
    limit: int | None,
    now: datetime,
) -> CouponCode:
    """Make a code of a word, which is public: words can be guessed. `limit` None: as often as the
    campaign allows. Audited. Refuses what is no code, and what another code reads like."""
    code = normal(word)
    if not SHORTEST_WORD <= len(code) <= LONGEST_WORD or len(code) == LENGTH:
        words = _("Use 4 to 30 letters and digits, but not exactly 14.")
        raise Refused(words, field="word")
    made = CouponCode(
        campaign=campaign,
        code=code,
        typed=word.strip().upper(),
        is_public=True,
        limit=limit,
        created_at=now,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        words = _("There is a code already that reads like this one.")
        raise Refused(words, field="word") from error
    audit.record(actor=actor, action="coupon.word_added", target=made, details={"word": code})
    return made


@transaction.atomic
def give(
    *,
    actor: User | None,
    campaign: CouponCampaign,
    customer: Customer,
    now: datetime,
    key: str = "",
) -> CouponCode:
    """A new code that only this customer can use, once; audited. A `key` gives once: the same key
    again answers the same code, and is refused for another campaign or customer. Refuses who is not
    in the campaign's segment, and campaigns that are stopped or over."""
    if key and (before := CouponCode.objects.filter(given_key=key).first()) is not None:
        return _same(before, campaign, customer)
    _refuse_closed(campaign, now)
    if campaign.for_segment and not is_in(campaign.segment, customer.pk, now):
        segment = campaign.segment.name if campaign.segment else campaign.name
        raise refused(Reason.SEGMENT, segment=segment)
    given = given_code(campaign, customer.pk, now, key)
    given.given_by = actor
    if not _saved(given):
        return _same(CouponCode.objects.get(given_key=key), campaign, customer)
    audit.record(
        actor=actor, action="coupon.given", target=given, details={"customer": customer.pk}
    )
    return given


def _same(before: CouponCode, campaign: CouponCampaign, customer: Customer) -> CouponCode:
    """What the key gave before, where it gave this."""
    if (before.campaign_id, before.customer_id) != (campaign.pk, customer.pk):
        raise key_reused()
    return before


def _saved(code: CouponCode) -> bool:
    """False where somebody gave under the same key at the same instant."""
    try:
        with transaction.atomic():
            code.save()
    except IntegrityError:
        if not code.given_key:
            raise
        return False
    return True


def _refuse_closed(campaign: CouponCampaign, now: datetime) -> None:
    if not campaign.is_open:
        raise refused(Reason.STOPPED, campaign=campaign.name)
    if campaign.ends_at is not None and now >= campaign.ends_at:
        raise Refused(_("This campaign is over."))


def given_code(
    campaign: CouponCampaign, customer_id: int, now: datetime, key: str = ""
) -> CouponCode:
    """A code for the customer, not saved yet."""
    days = campaign.given_days
    return CouponCode(
        campaign=campaign,
        code=draw(),
        customer_id=customer_id,
        given_key=key or None,
        given_at=now,
        expires_at=lives_through(now, days, get_shop().zone) if days is not None else None,
        created_at=now,
    )


@transaction.atomic
def give_many(
    *,
    actor: User | None,
    campaign: CouponCampaign,
    customer_ids: Sequence[int],
    key: str,
    now: datetime,
) -> Mapping[int, CouponCode]:
    """A code for each of these customers, under the key and the customer's id: repeated, nobody
    gets another one. For mailings, whose segment is their own choice; audited."""
    _refuse_closed(campaign, now)
    keys = {f"{key}:{pk}": pk for pk in dict.fromkeys(customer_ids)}
    for some in _batches(list(keys)):
        CouponCode.objects.bulk_create(
            [given_code(campaign, keys[one], now, one) for one in some], ignore_conflicts=True
        )
    codes = [
        code
        for some in _batches(list(keys))
        for code in CouponCode.objects.filter(given_key__in=some, campaign=campaign)
    ]
    details = {"key": key, "customers": len(codes)}
    audit.record(actor=actor, action="coupon.given_to_many", target=campaign, details=details)
    return {code.customer_id: code for code in codes if code.customer_id is not None}


def _batches(keys: list[str]) -> Iterator[list[str]]:
    for begin in range(0, len(keys), BATCH):
        yield keys[begin : begin + BATCH]


@transaction.atomic
def withdraw(*, actor: User | None, code: CouponCode, now: datetime) -> None:
    """The code can be used no more; what was used stays used. A second time changes nothing;
    audited. Locks the code."""
    rows = CouponCode.objects.filter(pk=code.pk, withdrawn_at=None)
    if rows.update(withdrawn_at=now):
        audit.record(actor=actor, action="coupon.withdrawn", target=code)


@transaction.atomic
def restore(*, actor: User | None, code: CouponCode) -> None:
    """Take withdrawing back. A second time changes nothing; audited. Locks the code."""
    if CouponCode.objects.filter(pk=code.pk).exclude(withdrawn_at=None).update(withdrawn_at=None):
        audit.record(actor=actor, action="coupon.restored", target=code)
