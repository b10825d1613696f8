from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.branch import Branch


class Role(models.TextChoices):
    """What a person may do; `accounts.policy` says it per address."""

    SUPPORT = "support", _("Support")
    MARKETER = "marketer", _("Marketer")
    MANAGER = "manager", _("Manager")
    ADMIN = "admin", _("Administrator")


class Theme(models.TextChoices):
    """Light, dark, or as the reader's system says."""

    SYSTEM = "system", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class UserManager(BaseUserManager["User"]):
    """Finds people by their sign-in name, whatever the case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A member of staff. Sign-in names are lower case.

    A change of password, role or activity ends all sessions of the person, because each is
    part of the session's hash.
    """

    username = models.CharField(
        _("sign-in name"),
        max_length=80,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9._@+-]+$")],
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    branch = models.ForeignKey(Branch, models.SET_NULL, null=True, blank=True)
    language = models.CharField(
        _("language"), max_length=10, blank=True, choices=settings.LANGUAGES
    )
    theme = models.CharField(
        _("appearance"), max_length=10, choices=Theme.choices, default=Theme.SYSTEM
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    must_change_password = models.BooleanField(default=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"

    class Meta:
        ordering = ["name", "username"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="accounts_user_role_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def label(self) -> str:
        """How the audit trail names this person."""
        return f"user:{self.pk}"

    def get_session_auth_hash(self) -> str:
        """Ends sessions on a change of password, role or activity."""
        value = f"{self.password}|{self.role}|{self.is_active}"
        return salted_hmac("accounts.session", value, algorithm="sha256").hexdigest()

    def get_session_auth_fallback_hash(self) -> list[str]:
        """No older secrets are honoured."""
        return []
