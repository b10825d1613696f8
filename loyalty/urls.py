"""Loyalty: customers' points, and the programme."""

from django.urls import path

from loyalty import (
    card_urls,
    cashback_urls,
    challenge_urls,
    cost_urls,
    coupon_urls,
    earning_urls,
    referral_urls,
    reward_urls,
    telling_urls,
    tier_urls,
)
from loyalty.views import points, programme

app_name = "loyalty"
urlpatterns = [
    path("customers/<int:pk>/points/", points.points, name="points"),
    path("customers/<int:pk>/points/redeem/", points.points_redeem, name="points_redeem"),
    path("customers/<int:pk>/points/adjust/", points.points_adjust, name="points_adjust"),
    path(
        "loyalty/redemptions/<int:pk>/reversal/",
        points.redemption_reverse,
        name="redemption_reverse",
    ),
    path("loyalty/", programme.programme, name="programme"),
    path("loyalty/edit/", programme.programme_edit, name="programme_edit"),
    path("loyalty/example/", programme.programme_example, name="programme_example"),
    *cashback_urls.urlpatterns,
    *cost_urls.urlpatterns,
    *telling_urls.urlpatterns,
    *tier_urls.urlpatterns,
    *reward_urls.urlpatterns,
    *card_urls.urlpatterns,
    *coupon_urls.urlpatterns,
    *referral_urls.urlpatterns,
    *challenge_urls.urlpatterns,
    *earning_urls.urlpatterns,
]
