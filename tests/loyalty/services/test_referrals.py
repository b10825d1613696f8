"""Friends brought along: worked example 13, guards, the month's limit, refunds."""

from datetime import timedelta

import pytest

from core.errors import Refused
from core.models import AuditEntry
from customers.models import Customer, Purchase
from loyalty.models import Account, Referral
from loyalty.services import referrals
from tests.factories.customers import CustomerFactory, IdentityFactory, PurchaseFactory
from tests.loyalty.bank import differences, programme
from tests.loyalty.coupons import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _proved(db):
    programme()
    referrals.change_scheme(actor=None, values={"is_open": True}, version=1)
    yield
    assert differences() == []


@pytest.fixture
def anna():
    return CustomerFactory(first_name="Anna")


def came(referee, referrer, now=NOON):
    code = referrals.referral_code(actor=None, customer=referrer, now=now).code
    return referrals.note_referral(actor=None, referee=referee, typed=code.lower(), now=now)


def buys(customer, minor, at=NOON, **more):
    return PurchaseFactory(customer=customer, gross_minor=minor, occurred_at=at, **more)


def refund(purchase, minor):
    whole = minor >= purchase.gross_minor
    Purchase.objects.filter(pk=purchase.pk).update(refunded_minor=minor, counts=not whole)


def pending(customer):
    return sum(Account.objects.filter(customer=customer).values_list("pending", flat=True))


def states():
    return list(Referral.objects.order_by("pk").values_list("state", flat=True))


def test_worked_example_13(anna):
    friend = CustomerFactory()
    came(friend, anna)
    order = buys(friend, 12_000)

    assert [referrals.reward_due(NOON), referrals.reward_due(NOON)] == [1, 0]
    assert (pending(anna), pending(friend)) == (200, 100)
    refund(order, 3_000)
    day_10 = NOON + timedelta(days=10)
    assert [referrals.reward_due(day_10), referrals.reward_due(day_10)] == [1, 0]
    assert (pending(anna), pending(friend), states()) == (0, 0, ["void"])
    buys(friend, 50_000, at=day_10)
    assert (referrals.reward_due(day_10), pending(anna)) == (0, 0)


def test_the_sixth_friend_of_a_month_is_noted_and_not_rewarded(anna):
    friends = [CustomerFactory() for _each in range(6)]
    for friend in friends:
        came(friend, anna)
        buys(friend, 10_000)
        referrals.reward_due(NOON)

    assert states() == ["rewarded"] * 5 + ["capped"]
    assert (pending(anna), pending(friends[5])) == (1_000, 0)


def test_an_order_below_the_minimum_is_waited_past(anna):
    friend = CustomerFactory()
    came(friend, anna)
    buys(friend, 9_999)
    assert referrals.reward_due(NOON) == 0

    buys(friend, 10_000)
    assert (referrals.reward_due(NOON), pending(friend)) == (1, 100)


def test_spent_rewards_are_owed_when_the_order_goes_back_late(anna):
    friend, later = CustomerFactory(), NOON + timedelta(days=20)
    came(friend, anna)
    order = buys(friend, 12_000)
    referrals.reward_due(NOON)
    refund(order, 12_000)
    referrals.reward_due(later)

    account = Account.objects.get(customer=anna)
    assert (account.pending, account.available, account.debt) == (0, 0, 0)


def test_who_is_oneself_is_refused(anna):
    IdentityFactory(customer=anna, value="an.na@gmail.com", key="an.na@gmail.com")
    IdentityFactory(customer=anna, kind="phone", value="+48 600 1", key="+486001")
    by_mail, by_phone, stranger = (CustomerFactory() for _each in range(3))
    IdentityFactory(customer=by_mail, value="anna+2@gmail.com", key="anna+2@gmail.com")
    IdentityFactory(customer=stranger, value="jan@gmail.com", key="jan@gmail.com")

    for one in (anna, by_mail):
        with pytest.raises(Refused, match="own code"):
            came(one, anna)
    assert came(stranger, anna).state == "waiting"
    assert by_phone.pk


def test_a_friend_comes_once_and_new(anna):
    friend, other = CustomerFactory(), CustomerFactory()
    buyer = CustomerFactory()
    buys(buyer, 100)
    came(friend, anna)

    for one, by in ((friend, other), (friend, anna), (buyer, anna)):
        with pytest.raises(Refused):
            came(one, by)
    with pytest.raises(Refused, match="no such code"):
        referrals.note_referral(actor=None, referee=other, typed="NOBODY", now=NOON)
    assert states() == ["waiting"]


@pytest.mark.parametrize(("accepts", "state"), [(True, "rewarded"), (False, "declined")])
def test_who_lives_together_is_looked_at_first(anna, accepts, state):
    Customer.objects.filter(pk=anna.pk).update(address="Rynek 5", city="Łódź")
    friend = CustomerFactory(address="rynek 5", city="Lodz")
    noted = came(friend, Customer.objects.get(pk=anna.pk))
    buys(friend, 12_000)

    assert (noted.state, referrals.reward_due(NOON)) == ("flagged", 0)
    for _twice in "ab":
        referrals.decide(actor=None, referral=noted, accepts=accepts, now=NOON)
    referrals.reward_due(NOON)
    assert states() == [state]
    assert AuditEntry.objects.filter(action__startswith="referral.").count() >= 3


def test_a_closed_scheme_notes_nobody(anna):
    referrals.change_scheme(actor=None, values={"is_open": False}, version=2)

    with pytest.raises(Refused, match="not rewarded"):
        came(CustomerFactory(), anna)
