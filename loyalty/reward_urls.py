"""Rewards: the catalogue, claims, and what a customer saves for."""

from django.urls import path

from loyalty.views import claim, customer_rewards, reward

urlpatterns = [
    path("loyalty/rewards/", reward.rewards, name="rewards"),
    path("loyalty/rewards/new/", reward.reward_new, name="reward_new"),
    path("loyalty/rewards/<int:pk>/", reward.reward_edit, name="reward_edit"),
    path("loyalty/rewards/<int:pk>/picture/", reward.reward_picture, name="reward_picture"),
    path("loyalty/rewards/<int:pk>/archival/", reward.reward_archive, name="reward_archive"),
    path("loyalty/rewards/<int:pk>/return/", reward.reward_restore, name="reward_restore"),
    path("loyalty/claims/", claim.claims, name="claims"),
    path("loyalty/claims/<int:pk>/readiness/", claim.claim_ready, name="claim_ready"),
    path("loyalty/claims/<int:pk>/handover/", claim.claim_hand_over, name="claim_hand_over"),
    path("loyalty/claims/<int:pk>/return/", claim.claim_take_back, name="claim_take_back"),
    path("loyalty/claims/<int:pk>/cancellation/", claim.claim_cancel, name="claim_cancel"),
    path("customers/<int:pk>/rewards/", customer_rewards.shelf, name="shelf"),
    path("customers/<int:pk>/rewards/claim/", customer_rewards.reward_claim, name="reward_claim"),
    path("customers/<int:pk>/rewards/goal/", customer_rewards.saving_goal, name="saving_goal"),
]
