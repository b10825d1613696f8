"""What a customer wished about mails, on the timeline: left, came back, paused, chose."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from core.templatetags.ui import day
from customers.models import Customer, Frequency, PreferenceChange, Topic, Wish
from customers.names import language_name
from customers.timeline import Cursor, Entry, before

LOOKS = {
    Wish.SUBSCRIBED: ("envelope-check", "good"),
    Wish.UNSUBSCRIBED: ("envelope-slash", "accent"),
    Wish.TAKEN_BACK: ("envelope-check", "good"),
    Wish.PAUSED: ("pause-circle", "accent"),
    Wish.RESUMED: ("play-circle", "good"),
}


def preference_changes(
    customer: Customer, cursor: Cursor | None, limit: int, user: User
) -> Iterable[Entry]:
    """Wishes about mails, with where they were said."""
    named = Topic.objects.filter(key=OuterRef("topic")).values("names")[:1]
    found = PreferenceChange.objects.filter(before(cursor, "wishes", "at"), customer=customer)
    rows = found.annotate(names=Subquery(named)).order_by("-at", "-pk")[:limit]
    return map(_entry, rows)


def _entry(row: PreferenceChange) -> Entry:
    icon, tone = LOOKS.get(Wish(row.wish), ("sliders", "plain"))
    return Entry(
        at=row.at,
        pk=row.pk,
        icon=icon,
        tone=tone,
        title=str(row.get_wish_display()),
        text=_details(row),
        meta=str(row.get_source_display()),
    )


def _details(row: PreferenceChange) -> str:
    if row.topic:
        names = getattr(row, "names", None) or {}
        return Topic(key=row.topic, names=names).name_in(get_language() or "en")
    if row.wish == Wish.FREQUENCY:
        return str(Frequency(row.value).label)
    if row.wish == Wish.LANGUAGE:
        return language_name(row.value)
    if row.wish == Wish.PAUSED:
        return _("until %(day)s") % {"day": day(datetime.fromisoformat(row.value))}
    return ""
