"""The only way from an address to a row of this app; what a person may not see is a 404."""

from django.http import Http404

from accounts.requests import StaffRequest
from customers.access import visible_customers
from loyalty.history import REDEMPTIONS
from loyalty.models import Operation


def get_redemption(request: StaffRequest, pk: int) -> Operation:
    """A redemption of a customer whom the person may see."""
    mine = Operation.objects.filter(
        account__customer__in=visible_customers(request), kind__in=REDEMPTIONS
    )
    row = mine.select_related("account__customer").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
