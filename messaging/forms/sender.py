"""A sender as people fill it in."""

import re
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.people import house_helper, pair
from customers.forms.fields import LineField, check_storable
from messaging.assembling import HeaderRefused, domain_of, wire_address
from messaging.models import Security, Sender, SenderKind
from messaging.transports.provider import BACKENDS

HOST = re.compile(r"[0-9a-z]([0-9a-z.-]{0,251}[0-9a-z])?|\[?[0-9a-f:.]{2,45}\]?", re.IGNORECASE)
SELECTOR = re.compile(r"[0-9a-z]([0-9a-z._-]{0,61}[0-9a-z])?", re.IGNORECASE)
MOST = 1_000_000


def limit_field(label: Any) -> forms.IntegerField:
    """How many at most; empty: no limit."""
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=MOST)


class AddressField(LineField):
    """An address that a mail can come from: its domain can be written in ASCII."""

    def clean(self, value: Any) -> Any:
        address = super().clean(value)
        try:
            return address and wire_address(address) and address
        except HeaderRefused as error:
            raise ValidationError(_("Write a whole address, such as shop@example.com.")) from error


class DomainField(LineField):
    """A domain, kept in ASCII and small letters: 'Žlutý.cz' -> 'xn--lut-5na71l.cz'."""

    def clean(self, value: Any) -> Any:
        domain = (super().clean(value) or "").strip(".").lower()
        if not domain:
            return ""
        try:
            plain = domain_of(domain)
        except HeaderRefused:
            plain = ""
        if not HOST.fullmatch(plain) or "." not in plain or ".." in plain:
            raise ValidationError(_("Write a domain, such as example.com."))
        return plain


def part(legend: Any, *rows: Any) -> Fieldset:
    """Rows of a long form under a heading of their own."""
    return Fieldset(legend, *rows, css_class="group")


class Renewed(forms.Form):
    """A form that carries the version it was shown with."""

    def renew(self, version: int) -> None:
        """Let the text that was typed be saved over the given version."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["version"] = str(version)  # type: ignore[index]


class SenderForm(Renewed):
    """How mails leave, whom they come from, how fast. The password is written, never read."""

    name = LineField(
        label=pgettext_lazy("sender", "Name"), max_length=80, help_text=_("Only your team sees it.")
    )
    from_name = LineField(label=_("Name that people see"), required=False, max_length=120)
    from_address = AddressField(label=_("Address that mails come from"), max_length=254)
    reply_to = AddressField(label=_("Answers go to"), required=False, max_length=254)
    kind = forms.ChoiceField(label=_("Mails leave by"), choices=SenderKind.choices)
    host = LineField(label=_("Mail server"), required=False, max_length=253)
    port = forms.IntegerField(label=_("Port"), initial=587, min_value=1, max_value=65535)
    security = forms.ChoiceField(
        label=_("Security"), choices=Security.choices, initial=Security.STARTTLS
    )
    username = LineField(label=_("User name"), required=False, max_length=254)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        max_length=1000,
        validators=[check_storable],
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Nobody can read it here. Empty keeps the one there is."),
    )
    no_password = forms.BooleanField(label=_("Forget the password that is kept"), required=False)
    backend = forms.ChoiceField(
        label=_("Mail provider"),
        required=False,
        choices=[("", _("none")), *((name, name.replace("_", " ").title()) for name in BACKENDS)],
        help_text=_("Its keys stand in the environment; the sender's page names them."),
    )
    return_domain = DomainField(
        label=_("Domain for bounces"),
        required=False,
        max_length=253,
        help_text=_(
            "Mails that cannot be delivered come back there, each to an address of its own."
        ),
    )
    dkim_selector = LineField(
        label=_("DKIM selector"),
        required=False,
        max_length=63,
        help_text=_("The name of your key, left of “._domainkey” in DNS."),
    )
    per_second = limit_field(_("Mails a second"))
    per_minute = limit_field(_("Mails a minute"))
    per_hour = limit_field(_("Mails an hour"))
    per_day = limit_field(_("Mails a day"))
    connections = forms.IntegerField(
        label=_("Connections at a time"), initial=4, min_value=1, max_value=32
    )
    per_connection = forms.IntegerField(
        label=_("Mails on one connection"), initial=100, min_value=1, max_value=100_000
    )
    is_default = forms.BooleanField(label=_("Used where no other is named"), required=False)
    version = forms.IntegerField(
        widget=forms.HiddenInput, initial=1, min_value=1, max_value=2_000_000_000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = house_helper(
            "version",
            part(
                _("Whom mails come from"),
                pair("name", "from_name"),
                pair("from_address", "reply_to"),
            ),
            part(
                _("By which way they leave"),
                "kind",
                pair("host", "port"),
                pair("security", "username"),
                pair("password", "backend"),
                "no_password",
            ),
            part(
                _("How fast at most; empty means no limit"),
                pair("per_second", "per_minute"),
                pair("per_hour", "per_day"),
                pair("connections", "per_connection"),
            ),
            part(
                _("What receivers look up"),
                pair("return_domain", "dkim_selector"),
                "is_default",
            ),
        )

    def clean_dkim_selector(self) -> str:
        """Letters, digits, dots and dashes."""
        selector = str(self.cleaned_data["dkim_selector"])
        if selector and not SELECTOR.fullmatch(selector):
            raise ValidationError(_("A selector is made of letters, digits, dots and dashes."))
        return selector

    def clean(self) -> dict[str, Any]:
        """A mail server needs its host, a provider its name."""
        data: dict[str, Any] = super().clean() or {}
        kind, host = data.get("kind"), data.get("host", "")
        if kind == SenderKind.SMTP and "host" in data and not HOST.fullmatch(host):
            self.add_error("host", _("Write the mail server's name, such as mail.example.com."))
        if kind == SenderKind.PROVIDER and not data.get("backend"):
            self.add_error("backend", _("Choose the provider."))
        if data.get("password") and data.get("no_password"):
            self.add_error("no_password", _("Write a password or forget it, not both."))
        return data

    def password_change(self) -> str | None:
        """The new password; None keeps the one there is."""
        if self.cleaned_data["no_password"]:
            return ""
        return self.cleaned_data["password"] or None

    def values(self) -> dict[str, Any]:
        """The settings alone."""
        apart = ("password", "no_password", "version")
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}


def initial_of(sender: Sender) -> dict[str, Any]:
    """What the form shows of a sender; never its password."""
    apart = ("password", "no_password")
    return {name: getattr(sender, name) for name in SenderForm.base_fields if name not in apart}
