"""Signing in: limited so that passwords cannot be tried out, nor a colleague be locked out; the
same answer whoever is asked for."""

from datetime import datetime

from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts.models import User
from core.services import audit
from core.services.limits import is_allowed

SECONDS = 60
# One address on one account, one address on all, all addresses on one account. The last is far
# from what one place can reach: whoever knows a name keeps nobody else out.
PER_PAIR, PER_ADDRESS, PER_ACCOUNT = 5, 20, 100


class TooManyTries(Exception):
    """The tries of this minute are used up."""


def _may_try(name: str, address: str, now: datetime) -> bool:
    """Count one try. What one limit refuses counts for none of the wider ones, so that a flood
    from one address uses up its own tries only."""
    limits = {
        f"sign-in:pair:{len(name)}:{name}:{address}": PER_PAIR,
        f"sign-in:address:{address}": PER_ADDRESS,
        f"sign-in:account:{name}": PER_ACCOUNT,
    }
    return all(
        is_allowed(key=key, limit=limit, seconds=SECONDS, now=now) for key, limit in limits.items()
    )


def sign_in(
    *, request: HttpRequest, username: str, password: str, address: str, now: datetime
) -> User | None:
    """The person, or None for a wrong name, password or closed account, told apart by nothing.

    A hash is computed whether or not the name exists. Raises `TooManyTries` from the sixth try
    of one address on one account, the twenty-first of one address, or the hundred-and-first on
    one account, within a minute; no lock lasts longer.
    """
    name = username.strip().lower()
    if not _may_try(name, address, now):
        raise TooManyTries
    user = authenticate(request, username=name, password=password)
    if not isinstance(user, User):
        audit.record(actor=None, action="sign_in.failed")
        return None
    audit.record(actor=user, action="sign_in.succeeded", target=user)
    return user
