"""Challenges and badges."""

from django.urls import path

from loyalty.views import badges, challenges, leaderboard

urlpatterns = [
    path("loyalty/challenges/", challenges.challenges, name="challenges"),
    path("loyalty/challenges/new/", challenges.challenge_new, name="challenge_new"),
    path("loyalty/challenges/<int:pk>/", challenges.challenge, name="challenge"),
    path("loyalty/challenges/<int:pk>/edit/", challenges.challenge_edit, name="challenge_edit"),
    path("loyalty/challenges/<int:pk>/stop/", challenges.challenge_stop, name="challenge_stop"),
    path("loyalty/badges/", badges.badges, name="badges"),
    path("loyalty/leaderboard/", leaderboard.leaderboard, name="leaderboard"),
    path(
        "customers/<int:pk>/leaderboard/leave/",
        leaderboard.leaderboard_leave,
        name="leaderboard_leave",
    ),
    path(
        "customers/<int:pk>/leaderboard/join/",
        leaderboard.leaderboard_join,
        name="leaderboard_join",
    ),
    path("customers/<int:pk>/badge/", badges.badge_give, name="badge_give"),
]
