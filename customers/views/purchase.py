"""Purchases and refunds by hand, and taking them back at once."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.money import major_text
from core.posted import posted
from core.templatetags.ui import money
from core.views.errors import bad_request
from customers.access import get_customer, get_purchase, get_purchase_to_undo, get_refund
from customers.forms.purchase import PurchaseForm, RefundForm
from customers.masking import shown_name
from customers.models import Customer, Purchase
from customers.payments import PaidPart, offers_for, paid_parts
from customers.search import Question, UnreadableQuestion, ask
from customers.search_customers import find_customers
from customers.services.purchases import add_purchase, add_refund, remove_purchase, remove_refund
from customers.views.customer import add_refusal

FOUND = 10


def purchase_pick(request: StaffRequest) -> HttpResponse:
    """Whose purchase it is: a search whose answers lead to the form."""
    try:
        question = ask(request.GET.get("q", ""), user=request.user, limit=FOUND)
    except UnreadableQuestion:
        return bad_request(request)
    context = {"question": question, "found": _found(question)}
    return render(request, "customers/purchase_pick.html", context)


def _found(question: Question | None) -> list[dict[str, Any]]:
    if question is None:
        return []
    return [
        {"pk": resolve(hit.url).kwargs["pk"], "title": hit.title, "detail": hit.detail}
        for hit in find_customers(question)[:FOUND]
    ]


def purchase_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Enter a purchase of the customer; the toast takes it back."""
    customer = get_customer(request, pk)
    return _enter(request, customer, reverse("customers:customer", args=[pk]))


def purchase_guest(request: StaffRequest) -> HttpResponse:
    """Enter a purchase of somebody who left no name; the toast takes it back."""
    return _enter(request, None, reverse("customers:purchase_pick"))


def _enter(request: StaffRequest, customer: Customer | None, back: str) -> HttpResponse:
    initial = {
        "currency": request.shop.currency,
        "branch": request.user.branch_id,
        "key": get_random_string(32),
    }
    offers = offers_for(customer, clock.now()) if customer else []
    form = PurchaseForm(posted(request), initial=initial, offers=offers)
    if request.method == "POST" and form.is_valid():
        try:
            purchase = _added(request, customer, form)
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            undo = reverse("customers:purchase_undo", args=[purchase.pk])
            messages.success(request, _("The purchase is on file."), extra_tags=f"undo:{undo}")
            return redirect(back)
    name = shown_name(request.user, customer) if customer else _("Without a name")
    context = {"form": form, "name": name, "back": back}
    status = 422 if form.errors else 200
    return render(request, "customers/purchase_form.html", context, status=status)


def _added(request: StaffRequest, customer: Customer | None, form: PurchaseForm) -> Purchase:
    cleaned = form.cleaned_data
    return add_purchase(
        actor=request.user,
        customer=customer,
        number=cleaned["number"],
        occurred_at=cleaned["occurred_at"] or clock.now(),
        amount_minor=cleaned["amount_minor"],
        currency=cleaned["currency"],
        branch=cleaned["branch"],
        parts=cleaned["parts"],
        key=cleaned["key"],
    )


def refund_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Enter money given back for a purchase; the toast takes it back."""
    purchase = get_purchase(request, pk)
    assert purchase.customer is not None
    left, parts = purchase.gross_minor - purchase.refunded_minor, paid_parts(purchase)
    initial = {"amount": major_text(left, purchase.currency)}
    form = RefundForm(posted(request), currency=purchase.currency, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            refund = add_refund(
                actor=request.user,
                purchase=purchase,
                amount_minor=form.cleaned_data["amount"],
                occurred_at=form.cleaned_data["occurred_at"] or clock.now(),
            )
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            undo = reverse("customers:refund_undo", args=[refund.pk])
            said = _refunded(purchase, parts, refund.amount_minor)
            messages.success(request, said, extra_tags=f"undo:{undo}")
            return redirect("customers:customer", purchase.customer.pk)
    name = shown_name(request.user, purchase.customer)
    context = {"form": form, "purchase": purchase, "left": left, "name": name, "parts": parts}
    status = 422 if form.errors else 200
    return render(request, "customers/refund_form.html", context, status=status)


def _refunded(purchase: Purchase, before: Sequence[PaidPart], amount_minor: int) -> str:
    """What is on file, and where its money is: what went back by itself, what is to be given."""
    if not before:
        return _("The refund is on file.")
    back = sum(part.back_minor for part in paid_parts(purchase))
    back -= sum(part.back_minor for part in before)
    words = _("The refund is on file. %(back)s went back as it was paid; give %(rest)s in money.")
    return words % {
        "back": money(back, purchase.currency),
        "rest": money(amount_minor - back, purchase.currency),
    }


def purchase_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back a purchase entered by hand."""
    purchase = get_purchase_to_undo(request, pk)
    customer_pk = purchase.customer_id
    try:
        remove_purchase(actor=request.user, purchase=purchase)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The purchase is taken back."))
    if customer_pk is None:
        return redirect("customers:purchase_pick")
    return redirect("customers:customer", customer_pk)


def refund_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back a refund entered by hand."""
    refund = get_refund(request, pk)
    customer_pk = refund.customer_id
    try:
        remove_refund(actor=request.user, refund=refund)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The refund is taken back."))
    return redirect("customers:customer", customer_pk)
