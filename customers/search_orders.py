"""The order source of the search: purchases by their whole number, with or without a #."""

from django.urls import reverse
from django.utils.html import format_html

from core.templatetags.ui import day, money
from customers.masking import shown_name
from customers.models import Purchase
from customers.purchase_sources import purchase_sources
from customers.search import Hit, Question, mark_part


def find_orders(question: Question) -> list[Hit]:
    """Purchases of known customers with this number, newest first."""
    number = question.text.removeprefix("#").strip()
    if not number or len(number) > 100:
        return []
    spellings = {number, f"#{number}", number.upper(), number.lower()}
    rows = Purchase.objects.filter(
        source__in=purchase_sources(), number__in=spellings, customer__isnull=False
    )
    found = rows.select_related("customer").order_by("-occurred_at", "-pk")
    return [_hit(purchase, number, question) for purchase in found[: question.limit + 1]]


def _hit(purchase: Purchase, number: str, question: Question) -> Hit:
    assert purchase.customer is not None
    detail = format_html(
        "{} · {} · {}",
        shown_name(question.user, purchase.customer),
        money(purchase.gross_minor, purchase.currency),
        day(purchase.occurred_at, "medium"),
    )
    address = reverse("customers:customer", args=[purchase.customer_id])
    return Hit(mark_part(purchase.number, number), detail, address)
