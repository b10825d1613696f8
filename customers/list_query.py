"""What an address of the customer list asks for: which customers, in which order, from where."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from customers.access import get_segment, visible_customers
from customers.customer_list import SORTS
from customers.keyset import Cursor, Sort, read_cursor
from customers.models import Customer, Segment
from customers.rules.segment_language import EVERYBODY, Group, SegmentError
from customers.rules.segment_text import read_text, write_text
from customers.segment_words import explain
from customers.segments import check_asker, compile_tree, context_of, parse_for, specs
from customers.services.summaries import freshen_summaries

DEFAULT_SORT = "name"
# Servers take lines of 8 KB.
LONGEST_ADDRESS = 7_000


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A filter, the saved segment it comes from, and a place in the list. `error` says why the
    filter cannot be used; then nobody is listed."""

    tree: Group
    segment: Segment | None
    error: str
    sort: Sort
    falling: bool
    cursor: Cursor | None

    def people(self, request: StaffRequest) -> QuerySet[Customer]:
        """The customers, in no order; what their purchases add up to is brought up to date."""
        if self.error:
            return Customer.objects.none()
        freshen_summaries()
        context = context_of(request.shop, clock.now())
        return visible_customers(request).filter(compile_tree(self.tree, context))

    def filter_parameters(self) -> dict[str, str]:
        """The part of the address that says which customers."""
        if self.segment is not None:
            return {"segment": str(self.segment.pk)}
        return {"where": write_text(self.tree)} if self.tree.parts else {}

    def address(self, **changes: str) -> str:
        """The query string of this list with changes, sorted as it is now."""
        sort = ("-" if self.falling else "") + self.sort.key
        parameters = {**self.filter_parameters(), "sort": sort, **changes}
        return "?" + urlencode({key: value for key, value in parameters.items() if value})


def list_address(tree: Group) -> str | None:
    """The address of the list of those who fit; None where browsers, proxies or the server would
    cut it off, with room for a place in the list and for the order."""
    where = write_text(tree)
    address = reverse("customers:list", query={"where": where} if where else None)
    return address if len(address) <= LONGEST_ADDRESS else None


def read_list_query(request: StaffRequest) -> ListQuery:
    """The query of a request. A segment that is unknown, or that the
    role may not see, is a 404, an unknown sort or cursor the first
    page in order of names, an unreadable filter an error to show."""
    tree, segment, error = _read_filter(request)
    asked = request.GET.get("sort", "")
    sort = SORTS.get(asked.lstrip("-"), SORTS[DEFAULT_SORT])
    falling = asked == f"-{sort.key}"
    after = read_cursor(request.GET.get("after", ""), sort, backward=False)
    before = read_cursor(request.GET.get("before", ""), sort, backward=True)
    return ListQuery(tree, segment, error, sort, falling, after or before)


def _read_filter(request: StaffRequest) -> tuple[Group, Segment | None, str]:
    segment = _segment(request)
    where = request.GET.get("where", "")
    try:
        if segment is not None:
            return parse_for(segment.definition, request.user), segment, ""
        tree = read_text(where, specs())
        check_asker(tree, request.user)
        return tree, None, ""
    except SegmentError as error:
        message = _("This filter cannot be used. %(problem)s") % {"problem": explain(error)}
        return EVERYBODY, segment, message


def _segment(request: StaffRequest) -> Segment | None:
    asked = request.GET.get("segment", "")
    if not asked:
        return None
    if not policy.may(request.user.role, "customers:segments"):
        raise Http404
    return get_segment(request, asked)
