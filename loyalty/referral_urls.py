"""Addresses of referrals."""

from django.urls import path

from loyalty.views import referrals

urlpatterns = [
    path("loyalty/referrals/", referrals.referrals, name="referrals"),
    path("loyalty/referrals/<int:pk>/accept/", referrals.referral_accept, name="referral_accept"),
    path(
        "loyalty/referrals/<int:pk>/decline/", referrals.referral_decline, name="referral_decline"
    ),
    path("customers/<int:pk>/referral/", referrals.customer_referral, name="customer_referral"),
]
