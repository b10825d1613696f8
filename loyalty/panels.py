"""What loyalty shows on the customer's page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.clock import local_date
from core.templatetags.ui import day, whole
from customers.panels import Figure, Scene
from loyalty.balances import book_of
from loyalty.models import Programme
from loyalty.rules.book import Book
from loyalty.rules.lots import Bucket, LotState
from loyalty.services.programmes import get_programme
from loyalty.words import units


def points(scene: Scene) -> Figure:
    """Points to spend, and what waits, is owed or lapses next."""
    programme = get_programme()
    book = book_of(customer=scene.customer, programme=programme, now=scene.now)
    return Figure(
        label=_("Points"),
        value=whole(book[Bucket.AVAILABLE]),
        note=_note(book, programme, scene),
        note_tone="bad" if book[Bucket.DEBT] else "",
        href=reverse("loyalty:points", args=[scene.customer.pk]),
    )


def _note(book: Book, programme: Programme, scene: Scene) -> str:
    if book[Bucket.DEBT]:
        return _("owes %(points)s") % {"points": units(programme, book[Bucket.DEBT])}
    waiting = [lot.matures_at for lot in book.lots if lot.state is LotState.PENDING]
    if waiting:
        on = day(local_date(min(waiting), scene.shop.zone), "medium")
        return _("%(points)s more from %(day)s") % {
            "points": units(programme, book[Bucket.PENDING]),
            "day": on,
        }
    return ""
