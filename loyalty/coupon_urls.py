"""Addresses of coupons."""

from django.urls import path

from loyalty.views import coupon_codes, coupon_till, coupons

urlpatterns = [
    path("loyalty/coupons/", coupons.coupons, name="coupons"),
    path("loyalty/coupons/new/", coupons.coupon_new, name="coupon_new"),
    path("loyalty/coupons/<int:pk>/", coupons.coupon, name="coupon"),
    path("loyalty/coupons/<int:pk>/edit/", coupons.coupon_edit, name="coupon_edit"),
    path("loyalty/coupons/<int:pk>/stop/", coupons.coupon_stop, name="coupon_stop"),
    path("loyalty/coupons/<int:pk>/opening/", coupons.coupon_open, name="coupon_open"),
    path("loyalty/coupons/<int:pk>/codes/", coupon_codes.coupon_mint, name="coupon_mint"),
    path("loyalty/coupons/<int:pk>/words/", coupon_codes.coupon_word, name="coupon_word"),
    path("loyalty/coupons/<int:pk>/csv/", coupon_codes.coupon_csv, name="coupon_csv"),
    path(
        "loyalty/coupon-codes/<int:pk>/withdrawal/",
        coupon_codes.coupon_withdraw,
        name="coupon_withdraw",
    ),
    path(
        "loyalty/coupon-codes/<int:pk>/restoring/",
        coupon_codes.coupon_restore,
        name="coupon_restore",
    ),
    path("customers/<int:pk>/coupons/", coupon_codes.customer_coupons, name="customer_coupons"),
    path("loyalty/till/", coupon_till.coupon_till, name="coupon_till"),
    path("loyalty/till/use/", coupon_till.coupon_use, name="coupon_use"),
    path("loyalty/coupon-uses/<int:pk>/undo/", coupon_till.coupon_undo, name="coupon_undo"),
]
