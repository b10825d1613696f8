"""How tiers are said to people."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.clock import local_date
from core.templatetags.ui import day, money, whole
from loyalty.models import TierStanding
from loyalty.rules.tiers import Basis
from loyalty.tiers import Ladder


def amount(ladder: Ladder, value: int) -> str:
    """'1 500,00 zł', '3 purchases' or '200 points': what is counted."""
    basis = ladder.scheme.basis if ladder.scheme else Basis.SPEND
    if basis == Basis.SPEND:
        return money(value, ladder.programme.currency)
    if basis == Basis.POINTS:
        said = ngettext("%(number)s point", "%(number)s points", value)
    else:
        said = ngettext("%(number)s purchase", "%(number)s purchases", value)
    return said % {"number": whole(value)}


def last_day(standing: TierStanding, ladder: Ladder) -> date | None:
    """The last day of the tier's year, or of the grace where that has begun."""
    end = standing.weighed_at or standing.ends_at
    return local_date(end, ladder.zone) - timedelta(days=1) if end else None


def outlook(standing: TierStanding, ladder: Ladder) -> str:
    """What becomes of it, in a sentence: what keeps the tier, or what the next one takes."""
    if standing.by_hand:
        return _("Given by hand.")
    if standing.needed:
        return _("%(amount)s more keeps it.") % {"amount": amount(ladder, standing.needed)}
    if standing.key:
        return _("It is kept for another year already.")
    return ""


def until(standing: TierStanding, ladder: Ladder) -> str:
    """'until 31 August 2027'."""
    ends = last_day(standing, ladder)
    return _("until %(day)s") % {"day": day(ends)} if ends else ""
