"""What loyalty shows on the customer's page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.clock import local_date
from core.templatetags.ui import day, money, whole
from customers.panels import Figure, Scene
from loyalty.addresses import address_in
from loyalty.at_hand import points_of, programme_of
from loyalty.balances import book_of
from loyalty.models import Programme, ProgrammeKind
from loyalty.rules.book import Book
from loyalty.rules.lots import Bucket, LotState
from loyalty.words import programme_name, units


def points(scene: Scene) -> Figure | None:
    """Points to spend, and what waits, is owed or lapses next; None where the shop gives none any
    more and the customer has none left."""
    programme, book = programme_of(scene), points_of(scene)
    if not (programme.is_on or any(book.balances.values())):
        return None
    return Figure(
        label=_("Points"),
        value=whole(book[Bucket.AVAILABLE]),
        note=_note(book, programme, scene),
        note_tone="bad" if book[Bucket.DEBT] else "",
        href=reverse("loyalty:points", args=[scene.customer.pk]),
    )


def cashback(scene: Scene) -> Figure | None:
    """Cashback to spend, of all currencies; None where there is none and never was."""
    found = Programme.objects.filter(kind=ProgrammeKind.CASHBACK).order_by("pk")
    books = [(row, book_of(customer=scene.customer, programme=row, now=scene.now)) for row in found]
    shown = [(row, book) for row, book in books if row.is_on or any(book.balances.values())]
    if not shown:
        return None
    first, book = shown[0]
    amounts = [money(book[Bucket.AVAILABLE], row.currency) for row, book in shown]
    address = reverse("loyalty:points", args=[scene.customer.pk])
    return Figure(
        label=programme_name(first),
        value=" + ".join(amounts),
        note=_note(book, first, scene),
        note_tone="bad" if book[Bucket.DEBT] else "",
        href=address_in(first, address),
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
