"""Why support refuses, in people's words."""

from django.utils.translation import gettext as _

from core.errors import Refused


def moved_on() -> Refused:
    """Somebody else was quicker."""
    return Refused(_("Somebody changed this meanwhile. Nothing is saved; your text is still here."))


def not_from_here() -> Refused:
    """The step does not follow from the state."""
    return Refused(_("This cannot be done in the state in which the case is now."))


def needs(field: str) -> Refused:
    """Something must be chosen first."""
    return Refused(_("Fill this in first."), field=field)
