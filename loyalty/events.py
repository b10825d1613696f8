"""What a customer may do besides buying that a rule can reward. Apps above add their own; they tell
of it by `loyalty.services.rewarding.reward_event`."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from core.registry import Registry


@dataclass(frozen=True, slots=True)
class RewardedEvent:
    """`label` completes "points for ..."."""

    label: str | Promise


rewarded_events: Registry[RewardedEvent] = Registry("rewarded events")
for key, label in (
    ("signup", pgettext_lazy("points for", "signing up")),
    ("birthday", pgettext_lazy("points for", "a birthday")),
    ("survey", pgettext_lazy("points for", "answering a survey")),
    ("review", pgettext_lazy("points for", "a review")),
    ("referral", pgettext_lazy("points for", "bringing a friend")),
    ("visit", pgettext_lazy("points for", "a visit")),
):
    rewarded_events.register(key, RewardedEvent(label))
