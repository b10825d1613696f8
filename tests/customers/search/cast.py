"""People with names and contacts, and who is found by them."""

from accounts.models import User
from customers.models import Customer
from customers.search import ask, search
from customers.services.search import index_customers
from tests.factories.customers import CustomerFactory, IdentityFactory


def person(first_name: str, last_name: str, **contacts: str) -> Customer:
    customer = CustomerFactory(first_name=first_name, last_name=last_name)
    for kind, value in contacts.items():
        IdentityFactory(customer=customer, kind=kind, value=value)
    index_customers([customer.pk])
    return customer


def names(text: str, user: User, limit: int = 8) -> list[str]:
    question = ask(text, user=user, limit=limit)
    assert question is not None
    groups = {group.key: group for group in search(question).groups}
    hits = groups["customers"].hits if "customers" in groups else []
    return [hit.title.replace("<mark>", "").replace("</mark>", "") for hit in hits]


ANNA, MARIA, JAN = "Anna Kowalska", "Maria Kowalska-Nowak", "Jan Kowalczyk"
LUKASZ, JANA = "Łukasz Wójcik", "Jana Nováková"
