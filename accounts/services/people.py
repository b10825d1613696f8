"""Members of staff: added, changed, given new passwords. Managers cannot touch administrators,
nobody changes their own role, and the last administrator stays."""

import secrets

from django.contrib.auth import password_validation
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Branch, Role, User
from core.errors import Refused
from core.services import audit


def new_password() -> str:
    """A password for one first sign-in: 20 characters, about 119 bits."""
    return secrets.token_urlsafe(15)


def may_manage(actor: User, person: User) -> bool:
    """Whether the actor may change this person: managers not administrators."""
    return actor.role == Role.ADMIN or (actor.role == Role.MANAGER and person.role != Role.ADMIN)


def _check_grant(actor: User | None, role: str) -> None:
    if actor is not None and actor.role != Role.ADMIN and role == Role.ADMIN:
        raise Refused(_("Only an administrator can make an administrator."), field="role")


@transaction.atomic
def add_user(
    *,
    actor: User | None,
    username: str,
    role: str,
    password: str,
    name: str = "",
    email: str = "",
    branch: Branch | None = None,
    must_change_password: bool = True,
) -> User:
    """Add a member of staff. `actor` None is the set-up itself. Refuses a name that is taken."""
    _check_grant(actor, role)
    username = username.strip().lower()
    if User.objects.filter(username=username).exists():
        raise _taken()
    user = User(username=username, role=role, name=name, email=email, branch=branch)
    user.must_change_password = must_change_password
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        # Somebody took the name an instant ago.
        raise _taken() from error
    audit.record(actor=actor, action="user.added", target=user, details={"role": role})
    return user


def _taken() -> Refused:
    return Refused(_("This sign-in name is taken."), field="username")


def _locked(person: User) -> User:
    """The person, after locking all administrators, so that two of them cannot remove each
    other at the same time."""
    list(User.objects.select_for_update().filter(role=Role.ADMIN).order_by("pk"))
    return User.objects.select_for_update().get(pk=person.pk)


def _check_change(actor: User, person: User, role: str, is_active: bool) -> None:
    if not may_manage(actor, person):
        raise Refused(_("Only an administrator can change an administrator."))
    _check_grant(actor, role)
    if actor.pk == person.pk and (role != person.role or not is_active):
        raise Refused(_("Nobody can change their own role or close their own account."))
    admins = User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=person.pk)
    if person.role == Role.ADMIN and (role != Role.ADMIN or not is_active) and not admins.exists():
        raise Refused(_("The last administrator has to stay."))


@transaction.atomic
def change_user(
    *,
    actor: User,
    person: User,
    name: str,
    email: str,
    role: str,
    branch: Branch | None,
    is_active: bool,
) -> User:
    """Change a member of staff; a new role or closing ends their sessions. Locks the row."""
    person = _locked(person)
    _check_change(actor, person, role, is_active)
    new = {"name": name, "email": email, "role": role, "branch": branch, "is_active": is_active}
    changed = sorted(field for field, value in new.items() if getattr(person, field) != value)
    for field, value in new.items():
        setattr(person, field, value)
    person.save(update_fields=list(new))
    audit.record(
        actor=actor, action="user.changed", target=person, details={"fields": changed, "role": role}
    )
    return person


@transaction.atomic
def reset_password(*, actor: User, person: User) -> str:
    """Give a new one-time password, shown once to the actor; ends the person's sessions."""
    person = _locked(person)
    if not may_manage(actor, person):
        raise Refused(_("Only an administrator can change an administrator."))
    password = new_password()
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    audit.record(actor=actor, action="user.password_reset", target=person)
    return password


@transaction.atomic
def change_own_password(*, actor: User, password: str) -> None:
    """Set the actor's own password after the validators agree; other sessions end."""
    password_validation.validate_password(password, actor)
    actor.set_password(password)
    actor.must_change_password = False
    actor.save(update_fields=["password", "must_change_password"])
    audit.record(actor=actor, action="user.password_changed", target=actor)


@transaction.atomic
def change_preferences(*, actor: User, name: str, email: str, language: str, theme: str) -> None:
    """Set one's own name, e-mail, language and appearance."""
    new = {"name": name, "email": email, "language": language, "theme": theme}
    changed = sorted(field for field, value in new.items() if getattr(actor, field) != value)
    for field, value in new.items():
        setattr(actor, field, value)
    actor.save(update_fields=list(new))
    audit.record(actor=actor, action="user.preferences", target=actor, details={"fields": changed})
