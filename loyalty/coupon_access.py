"""The only way from an address to a coupon's row; what a person may not see is a 404."""

from django.db.models import Q
from django.http import Http404

from accounts.requests import StaffRequest
from customers.access import visible_customers
from loyalty.models import CouponCampaign, CouponCode, CouponUse, Referral


def get_campaign(request: StaffRequest, pk: int) -> CouponCampaign:
    """A campaign of the shop, with its numbers; all staff see them."""
    found = CouponCampaign.objects.select_related("tally", "segment").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_code(request: StaffRequest, pk: int) -> CouponCode:
    """A code that is nobody's, or of a customer whom the person may see."""
    seen = Q(customer=None) | Q(customer__in=visible_customers(request))
    found = CouponCode.objects.select_related("campaign").filter(seen, pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_use(request: StaffRequest, pk: int) -> CouponUse:
    """A use by somebody unknown, or by a customer whom the person may see."""
    seen = Q(customer=None) | Q(customer__in=visible_customers(request))
    rows = CouponUse.objects.select_related("campaign", "code", "customer")
    found = rows.filter(seen, pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_referral(request: StaffRequest, pk: int) -> Referral:
    """A referral among customers whom the person may see."""
    rows = Referral.objects.filter(referee__in=visible_customers(request))
    found = rows.select_related("referrer", "referee").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
