"""The request of a signed-in person, typed."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from core.models import Shop


class StaffRequest(HttpRequest):
    """What views behind the policy get: `user` is a member of staff, `shop` is at hand."""

    user: User
    shop: Shop
    htmx: HtmxDetails
