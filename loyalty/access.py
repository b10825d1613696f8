"""The only way from an address to a row of this app; what a person may not see is a 404."""

from django.http import Http404

from accounts.requests import StaffRequest
from customers.access import visible_customers
from customers.models import Customer
from loyalty.history import REDEMPTIONS
from loyalty.models import (
    POINTS,
    Challenge,
    EarningRule,
    MemberCard,
    Operation,
    Programme,
    Reward,
    RewardClaim,
)
from loyalty.services.cards import valid_cards
from loyalty.services.programmes import get_programme


def get_redemption(request: StaffRequest, pk: int) -> Operation:
    """A redemption of a customer whom the person may see."""
    mine = Operation.objects.filter(
        account__customer__in=visible_customers(request), kind__in=REDEMPTIONS
    )
    row = mine.select_related("account__customer", "account__programme").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def get_reward(request: StaffRequest, pk: int) -> Reward:
    """A reward, offered or put away."""
    row = Reward.objects.select_related("segment").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def get_claim(request: StaffRequest, pk: int) -> RewardClaim:
    """A claim of a customer whom the person may see."""
    mine = RewardClaim.objects.filter(account__customer__in=visible_customers(request))
    row = mine.select_related("reward", "operation", "account__customer").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def get_valid_card(customer: Customer) -> MemberCard:
    """The newest card of a customer whom the person may see."""
    row = valid_cards(customer).first()
    if row is None:
        raise Http404
    return row


def get_challenge(pk: int) -> Challenge:
    """A challenge; all who see loyalty see all of them."""
    row = Challenge.objects.select_related("programme", "badge").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def get_any_programme(pk: int) -> Programme:
    """A programme, on or off; all who see loyalty see all of them."""
    row = Programme.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def get_cashback(pk: int) -> Programme:
    """A programme of cashback."""
    row = get_any_programme(pk)
    if not row.is_money:
        raise Http404
    return row


def get_programme_asked(request: StaffRequest) -> Programme:
    """The programme that the address names by its key; that of points where it names none."""
    key = request.GET.get("programme", POINTS)
    if key == POINTS:
        return get_programme()
    row = Programme.objects.filter(key=key[:40]).first()
    if row is None:
        raise Http404
    return row


def get_rule(request: StaffRequest, pk: int) -> EarningRule:
    """A rule of the programme of points; whoever may see its page may see it."""
    rule = EarningRule.objects.filter(pk=pk, programme__key=POINTS).first()
    if rule is None:
        raise Http404
    return rule
