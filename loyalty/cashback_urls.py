"""Addresses of the programmes beside the points."""

from django.urls import path

from loyalty.views import cashback

urlpatterns = [
    path("loyalty/programmes/new/", cashback.cashback_new, name="cashback_new"),
    path("loyalty/programmes/example/", cashback.cashback_example, name="cashback_example"),
    path("loyalty/programmes/<int:pk>/", cashback.cashback_edit, name="cashback_edit"),
    path("loyalty/programmes/<int:pk>/on/", cashback.programme_on, name="programme_on"),
    path("loyalty/programmes/<int:pk>/off/", cashback.programme_off, name="programme_off"),
]
