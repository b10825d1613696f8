"""The only way from an address to a row of this app; what a person may not see is a 404."""

from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from accounts.requests import StaffRequest
from customers.models import (
    CountryRule,
    Customer,
    FollowUp,
    Identity,
    ImportantDate,
    ImportRun,
    Interaction,
    PossibleDuplicate,
    Purchase,
    Refund,
    Segment,
    StaleSummary,
    Suppression,
    Topic,
)
from customers.querysets import CustomerQuerySet
from customers.segments import is_masked
from customers.services.purchases import BY_HAND
from customers.services.summaries import freshen_summaries

Row = TypeVar(
    "Row",
    CountryRule,
    Customer,
    FollowUp,
    Identity,
    ImportantDate,
    ImportRun,
    Interaction,
    PossibleDuplicate,
    Purchase,
    Refund,
    Segment,
    Suppression,
    Topic,
)


def visible_customers(request: StaffRequest) -> CustomerQuerySet[Customer]:
    """The customers whom the signed-in person may see."""
    return Customer.objects.visible_to(request.user)


def get_customer(request: StaffRequest, pk: int) -> Customer:
    """A customer, with owner, branch and purchase summary at hand, the latter up to date."""
    rows = visible_customers(request).select_related("owner", "branch", "summary")
    mark = StaleSummary.objects.filter(pk=OuterRef("pk"))
    found = rows.annotate(is_stale=Exists(mark)).filter(pk=pk).first()
    if found is None:
        raise Http404
    if found.is_stale and freshen_summaries([found.pk]):
        return _first(rows.filter(pk=pk))
    return found


def get_identity(request: StaffRequest, customer: Customer, pk: int) -> Identity:
    """A contact of this customer."""
    return _first(customer.identities.filter(pk=pk))


def get_duplicate(request: StaffRequest, customer: Customer, pk: int) -> PossibleDuplicate:
    """A pair of this customer and another whom the person may see too, put away or not."""
    seen = visible_customers(request)
    mine = PossibleDuplicate.objects.filter(Q(first=customer) | Q(second=customer))
    pairs = mine.filter(first__in=seen, second__in=seen).select_related("first", "second")
    return _first(pairs.filter(pk=pk))


def get_important_date(request: StaffRequest, customer: Customer, pk: int) -> ImportantDate:
    """A date of this customer."""
    return _first(customer.important_dates.filter(pk=pk))


def get_interaction(request: StaffRequest, pk: int) -> Interaction:
    """An interaction with a customer whom the person may see."""
    mine = Interaction.objects.filter(customer__in=visible_customers(request))
    return _first(mine.select_related("customer", "actor").filter(pk=pk))


def get_follow_up(request: StaffRequest, pk: int) -> FollowUp:
    """A follow-up for a customer whom the person may see."""
    mine = FollowUp.objects.filter(customer__in=visible_customers(request))
    return _first(mine.select_related("customer", "assignee").filter(pk=pk))


def get_segment(request: StaffRequest, pk: int | str) -> Segment:
    """A saved segment that asks for nothing masked to the person, by its id or by the text of an
    address."""
    text = str(pk)
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return _unmasked(request, _first(Segment.objects.filter(pk=int(text))))


def get_segment_to_restore(request: StaffRequest, pk: int) -> Segment:
    """The same, just deleted or there."""
    return _unmasked(request, _first(Segment.with_deleted.filter(pk=pk)))


def visible_segments(request: StaffRequest) -> list[Segment]:
    """The saved segments that ask for nothing masked to the person, in order of names."""
    return [row for row in Segment.objects.all() if not is_masked(row.definition, request.user)]


def _unmasked(request: StaffRequest, segment: Segment) -> Segment:
    if is_masked(segment.definition, request.user):
        raise Http404
    return segment


def get_import_run(request: StaffRequest, pk: int) -> ImportRun:
    """An import of the shop, without its file; the policy lets only managers come here."""
    return _first(ImportRun.objects.select_related("requested_by").defer("file").filter(pk=pk))


def get_purchase(request: StaffRequest, pk: int) -> Purchase:
    """A purchase of a customer whom the person may see."""
    mine = Purchase.objects.filter(customer__in=visible_customers(request))
    return _first(mine.select_related("customer").filter(pk=pk))


def get_purchase_to_undo(request: StaffRequest, pk: int) -> Purchase:
    """The same, or one of a guest that was entered by hand: nobody else's."""
    seen = Q(customer__in=visible_customers(request)) | Q(customer=None, source=BY_HAND)
    return _first(Purchase.objects.filter(seen, pk=pk))


def get_refund(request: StaffRequest, pk: int) -> Refund:
    """A refund of a customer whom the person may see."""
    mine = Refund.objects.filter(customer__in=visible_customers(request))
    return _first(mine.select_related("customer").filter(pk=pk))


def get_suppression(request: StaffRequest, pk: int) -> Suppression:
    """A suppression, lifted or not; the policy lets only managers come here."""
    return _first(Suppression.objects.filter(pk=pk))


def get_topic(request: StaffRequest, pk: int) -> Topic:
    """A topic of the shop; the policy lets only managers come here."""
    return _first(Topic.objects.filter(pk=pk))


def get_country_rule(request: StaffRequest, pk: int) -> CountryRule:
    """A country's rule; the policy lets only managers come here."""
    return _first(CountryRule.objects.filter(pk=pk))


def _first(rows: QuerySet[Row]) -> Row:
    row = rows.first()
    if row is None:
        raise Http404
    return row
