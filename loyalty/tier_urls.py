"""Tiers and one customer's tier."""

from django.urls import path

from loyalty.views import tiers

urlpatterns = [
    path("loyalty/tiers/", tiers.tiers, name="tiers"),
    path("loyalty/tiers/edit/", tiers.tiers_edit, name="tiers_edit"),
    path("customers/<int:pk>/tier/", tiers.tier, name="tier"),
    path("customers/<int:pk>/tier/give/", tiers.tier_give, name="tier_give"),
    path("customers/<int:pk>/tier/back/", tiers.tier_take_back, name="tier_take_back"),
]
