"""What mails of the programme bring along, and what is looked up again as each is about to go."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from babel.dates import format_skeleton
from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.services.shop import get_shop
from loyalty.mail_fields import said
from loyalty.models import (
    Account,
    BadgeHolding,
    ChallengeFinish,
    ClaimState,
    News,
    RewardClaim,
    TierStanding,
    Unsaid,
)
from loyalty.services import expiry_notices
from loyalty.services.telling import occasion_name
from loyalty.services.telling_rules import EXPIRY
from loyalty.services.tier_notices import last_day_held
from loyalty.tier_words import amount
from loyalty.tiers import present_ladder
from messaging.checks import Stop
from messaging.customer_fields import OCCASION
from messaging.fields import MailField, mail_fields
from messaging.occasions import Contexts, Occasion, occasions
from messaging.rules.liquid_filters import LOCALES

WORDS: Mapping[str, str | Promise] = dict(Unsaid.choices)
Values = dict[int, dict[str, object]]


def _standings(contexts: Contexts) -> dict[int, TierStanding]:
    """By account."""
    ids = {context["account"] for context in contexts.values()}
    owners = dict(Account.objects.filter(pk__any_of=ids).values_list("pk", "customer_id"))
    rows = TierStanding.objects.in_bulk([pk for pk in owners.values() if pk])
    return {pk: rows[owner] for pk, owner in owners.items() if owner in rows}


def _stops_where(contexts: Contexts, holds: Callable[[Mapping[str, Any]], bool]) -> dict[int, Stop]:
    over = Stop(Unsaid.NO_LONGER)
    return {pk: over for pk, context in contexts.items() if not holds(context)}


def tier_up_stops(contexts: Contexts, now: datetime) -> dict[int, Stop]:
    """Whoever does not hold the tier any more."""
    standings = _standings(contexts)
    return _stops_where(
        contexts,
        lambda context: (
            context["account"] in standings and standings[context["account"]].key == context["tier"]
        ),
    )


def tier_ending_stops(contexts: Contexts, now: datetime) -> dict[int, Stop]:
    """Whoever keeps the tier after all, or holds another."""
    standings, ladder = _standings(contexts), present_ladder()

    def ends(context: Mapping[str, Any]) -> bool:
        row = standings.get(context["account"])
        if row is None or ladder is None or row.key != context["tier"]:
            return False
        day = last_day_held(row, ladder)
        return bool(row.needed) and f"{day}" == context["tier_last_day"]

    return _stops_where(contexts, ends)


def tier_ending_values(contexts: Contexts, language: str, now: datetime) -> Values:
    """What keeps the tier, as it is now."""
    standings, ladder = _standings(contexts), present_ladder()
    found: Values = {}
    with translation.override(language):
        for pk, context in contexts.items():
            row = standings.get(context["account"])
            if row and ladder:
                found[pk] = {"tier_keeps": amount(ladder, row.needed) if row.needed else ""}
    return found


def _claims(contexts: Contexts) -> dict[str, RewardClaim]:
    ids = [int(context["subject"]) for context in contexts.values()]
    rows: QuerySet[RewardClaim] = RewardClaim.objects.select_related("reward")
    return {str(pk): row for pk, row in rows.in_bulk(ids).items()}


def reward_stops(contexts: Contexts, now: datetime) -> dict[int, Stop]:
    """What is handed over or cancelled already."""
    claims = _claims(contexts)
    return _stops_where(
        contexts, lambda context: claims[context["subject"]].state == ClaimState.READY
    )


def reward_values(contexts: Contexts, language: str, now: datetime) -> Values:
    """The reward's name in the reader's language."""
    claims, other = _claims(contexts), get_shop().language
    return {
        pk: {"reward_name": claims[context["subject"]].reward.name_in(language, other)}
        for pk, context in contexts.items()
    }


def challenge_stops(contexts: Contexts, now: datetime) -> dict[int, Stop]:
    """What a refund has undone."""
    ids = [context["finish"] for context in contexts.values()]
    rows = ChallengeFinish.objects.filter(pk__in=ids, taken_back_at=None)
    there = set(rows.values_list("pk", flat=True))
    return _stops_where(contexts, lambda context: context["finish"] in there)


def badge_stops(contexts: Contexts, now: datetime) -> dict[int, Stop]:
    """What was taken away."""
    ids = [context["holding"] for context in contexts.values()]
    there = set(BadgeHolding.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return _stops_where(contexts, lambda context: context["holding"] in there)


def never(contexts: Contexts, now: datetime) -> dict[int, Stop]:
    """Nobody."""
    return {}


def statement_values(contexts: Contexts, language: str, now: datetime) -> Values:
    """The month's name in the reader's language."""
    return {
        pk: {"statement_month": month_name(context["subject"], language)}
        for pk, context in contexts.items()
    }


def month_name(first: str, language: str) -> str:
    """'November 2026' for its first day."""
    locale = LOCALES.get(language, language)
    return format_skeleton("yMMMM", date.fromisoformat(first), locale=locale)


def register_occasions() -> None:
    """Tell messaging what to ask before a mail of the programme goes."""
    for kind in EXPIRY:
        one = Occasion(expiry_notices.stops, expiry_notices.fresh, WORDS)
        occasions.register(occasion_name(kind), one)
    for kind, occasion in (
        (News.STATEMENT, Occasion(never, statement_values)),
        (News.TIER_UP, Occasion(tier_up_stops)),
        (News.TIER_ENDING, Occasion(tier_ending_stops, tier_ending_values)),
        (News.REWARD_READY, Occasion(reward_stops, reward_values)),
        (News.CHALLENGE_WON, Occasion(challenge_stops)),
        (News.BADGE_WON, Occasion(badge_stops)),
    ):
        occasions.register(occasion_name(kind), occasion)


def register_occasion_fields() -> None:
    """The fields that only these mails bring along."""
    words = {
        "tier_perks": (
            gettext_lazy("What the tier brings"),
            pgettext_lazy("example of what a tier brings", "a coffee with every visit"),
        ),
        "tier_keeps": (
            gettext_lazy("What keeps the tier"),
            pgettext_lazy("example of what keeps a tier", "2 purchases"),
        ),
        "reward_name": (
            gettext_lazy("Name of the reward"),
            pgettext_lazy("example of a reward", "A mug of your choice"),
        ),
        "challenge_name": (
            gettext_lazy("Name of the challenge"),
            pgettext_lazy("example of a challenge", "Four visits in a month"),
        ),
        "badge_name": (
            gettext_lazy("Name of the badge"),
            pgettext_lazy("example of a badge", "Good neighbour"),
        ),
        "coupon_gives": (
            gettext_lazy("What the coupon gives"),
            pgettext_lazy("example of a coupon", "A coffee on the house"),
        ),
    }
    for name, (label, example) in words.items():
        mail_fields.register(name, MailField(label, OCCASION, _in_language(example)))
    for name, label, sample in (
        ("tier_last_day", gettext_lazy("Last day of the tier"), "2026-12-31"),
        ("challenge_points", gettext_lazy("Points of the challenge"), 100),
        ("points_earned", gettext_lazy("Points earned in the month"), 210),
        ("points_spent", gettext_lazy("Points spent in the month"), 150),
        ("coupon_code", gettext_lazy("Code of the coupon"), "K7PM-2QXD-9T4V-XR"),
        ("coupon_through", gettext_lazy("Last day of the coupon"), "2026-12-31"),
    ):
        mail_fields.register(name, MailField(label, OCCASION, _same(sample)))
    month = MailField(
        gettext_lazy("Month of the statement"),
        OCCASION,
        lambda lang: month_name("2026-10-01", lang),
    )
    mail_fields.register("statement_month", month)


def _in_language(example: Promise) -> Callable[[str], object]:
    return lambda language: said(example, language)


def _same(sample: object) -> Callable[[str], object]:
    return lambda language: sample
