"""Addresses of the rules of earning."""

from django.urls import path

from loyalty.views import earning

urlpatterns = [
    path("loyalty/rules/new/", earning.rule_kinds, name="rule_kinds"),
    path("loyalty/rules/new/<slug:kind>/", earning.rule_new, name="rule_new"),
    path("loyalty/rules/<int:pk>/", earning.rule_edit, name="rule_edit"),
    path("loyalty/rules/<int:pk>/on/", earning.rule_on, name="rule_on"),
    path("loyalty/rules/<int:pk>/off/", earning.rule_off, name="rule_off"),
]
