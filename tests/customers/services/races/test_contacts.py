"""Addresses and numbers given by two at once."""

from core.models import AuditEntry
from customers import models
from customers.services import customers, identities
from customers.services.identities import NewIdentity, TakenByAnother
from tests.customers.services.races.together import ON_POSTGRES, TURNS, at_once, outcomes
from tests.factories.customers import NOON, CustomerFactory, IdentityFactory

pytestmark = ON_POSTGRES


def test_the_same_address_for_two_customers_is_given_to_one():
    rivals = [CustomerFactory() for _turn in range(TURNS)]

    def attach(customer):
        return identities.add_identity(
            actor=None, customer=customer, kind="email", value="anna@example.pl", now=NOON
        )

    results = at_once(*[lambda one=one: attach(one) for one in rivals])

    assert outcomes(results) == {"Identity": 1, "TakenByAnother": TURNS - 1}
    owner = models.Identity.objects.get().customer
    for result in results:
        assert not isinstance(result, TakenByAnother) or result.owner == owner
    assert AuditEntry.objects.count() == 1


def test_the_same_address_for_two_new_customers_makes_one():
    def create():
        return customers.create_customer(
            actor=None,
            now=NOON,
            fields=customers.CustomerFields(first_name="Anna"),
            identities=[NewIdentity(models.IdentityKind.EMAIL, "anna@example.pl")],
        )

    results = at_once(*[create] * TURNS)

    assert outcomes(results) == {"Customer": 1, "TakenByAnother": TURNS - 1}
    assert models.Customer.objects.count() == 1


def test_the_same_phone_twice_on_one_file_is_there_once():
    customer = CustomerFactory(country="PL")

    def attach():
        return identities.add_identity(
            actor=None, customer=customer, kind="phone", value="600 123 456", now=NOON
        )

    assert outcomes(at_once(*[attach] * TURNS)) == {"Identity": 1, "Refused": TURNS - 1}


def test_one_of_several_new_contacts_comes_first():
    customer = CustomerFactory()

    def attach(number):
        return identities.add_identity(
            actor=None, customer=customer, kind="email", value=f"a{number}@example.pl", now=NOON
        )

    results = at_once(*[lambda number=number: attach(number) for number in range(TURNS)])

    assert outcomes(results) == {"Identity": TURNS}
    assert customer.identities.filter(is_primary=True).count() == 1


def test_two_put_first_at_once_leave_one_first():
    customer = CustomerFactory()
    rows = [IdentityFactory(customer=customer, is_primary=number == 0) for number in range(3)]

    for _turn in range(TURNS):
        results = at_once(
            *[lambda row=row: identities.make_primary(actor=None, identity=row) for row in rows]
        )
        assert outcomes(results) == {"NoneType": 3}

    assert customer.identities.filter(is_primary=True).count() == 1


def test_two_who_take_the_last_contacts_leave_one():
    nameless = CustomerFactory(first_name="", last_name="", name_key="")
    rows = [IdentityFactory(customer=nameless) for _turn in range(2)]

    results = at_once(
        *[lambda row=row: identities.remove_identity(actor=None, identity=row) for row in rows]
    )

    assert outcomes(results) == {"NoneType": 1, "Refused": 1}
    assert nameless.identities.count() == 1
