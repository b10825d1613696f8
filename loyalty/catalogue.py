"""The catalogue of rewards as people see it: cards with pictures, terms in words, and how often
each was claimed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.services.shop import get_shop
from core.templatetags.ui import day, whole
from loyalty.models import OPEN_STATES, ClaimState, Programme, Reward
from loyalty.rules.periods import Period


@dataclass(frozen=True, slots=True)
class Shot:
    """Where a picture is, and how large."""

    href: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Card:
    """A reward on a page. `terms` are short words about stock, limits, people and days."""

    reward: Reward
    name: str
    description: str
    shot: Shot | None
    terms: list[str]
    claimed: int
    waiting: int
    is_sold_out: bool


def offered(programme: Programme) -> QuerySet[Reward]:
    """The rewards that are not put away, cheapest first, each with where its picture is."""
    rows = Reward.objects.filter(programme=programme, archived_at=None).select_related("segment")
    return with_pictures(rows)


def with_pictures(rows: QuerySet[Reward]) -> QuerySet[Reward]:
    """The rewards with what `shot_of` needs, without the pictures themselves."""
    return rows.annotate(
        mark=F("picture__mark"), width=F("picture__width"), height=F("picture__height")
    )


def catalogue(programme: Programme, *, is_put_away: bool, today: date) -> list[Card]:
    """All cards, cheapest first: those that are offered, or those that are put away."""
    live = ~Q(claims__state=ClaimState.CANCELLED)
    rows = Reward.objects.filter(programme=programme, archived_at__isnull=not is_put_away)
    counted = with_pictures(rows.select_related("segment")).annotate(
        claimed=Count("claims", filter=live),
        waiting=Count("claims", filter=Q(claims__state__in=OPEN_STATES)),
    )
    languages = readers_languages()
    return [_card(reward, today, languages) for reward in counted]


def _card(reward: Reward, today: date, languages: Sequence[str]) -> Card:
    return Card(
        reward=reward,
        name=name_of(reward, languages),
        description=description_of(reward, languages),
        shot=shot_of(reward),
        terms=_terms(reward, today),
        claimed=getattr(reward, "claimed", 0),
        waiting=getattr(reward, "waiting", 0),
        is_sold_out=reward.stock == 0,
    )


def readers_languages() -> tuple[str, str]:
    """The languages that the reader understands best: their own, then the shop's. Of many rewards
    asked for once."""
    return get_language() or "en", get_shop().language


def name_of(reward: Reward, languages: Sequence[str] = ()) -> str:
    """The name as the reader understands it best."""
    return reward.name_in(*(languages or readers_languages()))


def description_of(reward: Reward, languages: Sequence[str]) -> str:
    """The description as the reader understands it best; "" where there is none."""
    return reward.description_in(*languages)


def shot_of(reward: Reward) -> Shot | None:
    """The picture of a reward that was read by `with_pictures`."""
    mark = getattr(reward, "mark", None)
    if not mark:
        return None
    address = reverse("loyalty:reward_picture", args=[reward.pk])
    return Shot(f"{address}?v={mark}", reward.width, reward.height)  # type: ignore[attr-defined]


def _terms(reward: Reward, today: date) -> list[str]:
    words = []
    if reward.stock is not None:
        words.append(_stock_words(reward.stock))
    if reward.limit_each is not None:
        words.append(_limit_words(reward.limit_each, Period(reward.limit_period)))
    if reward.segment_only:
        name = reward.segment.name if reward.segment else "–"
        words.append(_("only for “%(segment)s”") % {"segment": name})
    if reward.starts_on and today < reward.starts_on:
        words.append(_("from %(day)s") % {"day": day(reward.starts_on, "medium")})
    if reward.ends_on:
        over = today > reward.ends_on
        text = _("ended on %(day)s") if over else _("through %(day)s")
        words.append(text % {"day": day(reward.ends_on, "medium")})
    return words


def _stock_words(stock: int) -> str:
    if not stock:
        return _("out of stock")
    return ngettext("%(number)s left", "%(number)s left", stock) % {"number": whole(stock)}


def _limit_words(most: int, period: Period) -> str:
    words = {
        Period.EVER: ngettext("%(number)s for each customer", "%(number)s for each customer", most),
        Period.YEAR: ngettext("%(number)s a year each", "%(number)s a year each", most),
        Period.MONTH: ngettext("%(number)s a month each", "%(number)s a month each", most),
        Period.DAY: ngettext("%(number)s a day each", "%(number)s a day each", most),
    }[period]
    return words % {"number": whole(most)}
