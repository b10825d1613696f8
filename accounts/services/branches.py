"""Branches of the shop."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Branch, User
from core.errors import Refused
from core.services import audit


@transaction.atomic
def save_branch(*, actor: User | None, name: str, branch: Branch | None = None) -> Branch:
    """Add a branch or rename one. Refuses a name that another branch has."""
    branch = branch or Branch()
    if Branch.objects.filter(name=name).exclude(pk=branch.pk).exists():
        raise _taken()
    branch.name = name
    try:
        with transaction.atomic():
            branch.save()
    except IntegrityError as error:
        # Somebody took the name an instant ago.
        raise _taken() from error
    audit.record(actor=actor, action="branch.saved", target=branch)
    return branch


def _taken() -> Refused:
    return Refused(_("There is a branch of this name already."), field="name")
