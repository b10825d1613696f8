"""The only way from an address to a row of this app; what a person may not see is a 404."""

from django.db.models import QuerySet
from django.http import Http404

from accounts.requests import StaffRequest
from customers.access import visible_customers
from customers.models import Customer, Interaction
from support.models import Case


def visible_cases(request: StaffRequest) -> QuerySet[Case]:
    """The cases of the customers whom the signed-in person may see."""
    return Case.objects.filter(customer__in=visible_customers(request))


def get_case(request: StaffRequest, pk: int) -> Case:
    """A case, with what its page says of it at hand."""
    near = ("customer", "owner", "calendar", "purchase", "merged_into", "follow_up_of")
    causes = ("category__parent", "root_cause__parent")
    row = visible_cases(request).select_related(*near, *causes).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def find_talk(request: StaffRequest, customer: Customer, text: str) -> Interaction | None:
    """A talk of this customer by the number in an address; None where there is none."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    return customer.interactions.filter(pk=int(text)).first()
