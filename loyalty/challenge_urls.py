"""Challenges and badges."""

from django.urls import path

from loyalty.views import badges, challenges

urlpatterns = [
    path("loyalty/challenges/", challenges.challenges, name="challenges"),
    path("loyalty/challenges/new/", challenges.challenge_new, name="challenge_new"),
    path("loyalty/challenges/<int:pk>/", challenges.challenge, name="challenge"),
    path("loyalty/challenges/<int:pk>/edit/", challenges.challenge_edit, name="challenge_edit"),
    path("loyalty/challenges/<int:pk>/stop/", challenges.challenge_stop, name="challenge_stop"),
    path("loyalty/badges/", badges.badges, name="badges"),
    path("customers/<int:pk>/badge/", badges.badge_give, name="badge_give"),
]
