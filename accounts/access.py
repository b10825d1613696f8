"""The only way from an address to a row of this app; what a person may not see is a 404."""

from django.http import Http404

from accounts.approvals import approval_kinds, may_decide
from accounts.models import Approval, Branch, User
from accounts.requests import StaffRequest
from accounts.services.people import may_manage


def get_person(request: StaffRequest, pk: int) -> User:
    """A member of staff whom the signed-in person may manage."""
    person = User.objects.filter(pk=pk).first()
    if person is None or not may_manage(request.user, person):
        raise Http404
    return person


def get_branch(request: StaffRequest, pk: int) -> Branch:
    """A branch."""
    branch = Branch.objects.filter(pk=pk).first()
    if branch is None:
        raise Http404
    return branch


def get_approval(request: StaffRequest, pk: int) -> Approval:
    """What the person may decide, or asked for; who tries to decide on that is told."""
    row = Approval.objects.select_related("asked_by").filter(pk=pk).first()
    if row is None or row.kind not in approval_kinds:
        raise Http404
    if row.asked_by_id != request.user.pk and not may_decide(request.user, row):
        raise Http404
    return row
