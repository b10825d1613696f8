"""A mailbox that customers write to, as an admin names it."""

import re
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import house_helper, pair
from customers.forms.fields import LineField
from messaging.models import Mailbox, Security

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?")


class MailboxForm(forms.Form):
    """What it takes to read a mailbox. The password is only ever written: where one is kept, an
    empty field keeps it."""

    name = LineField(
        label=_("Name of the mailbox"),
        max_length=80,
        help_text=_("As your team calls it: Shop, Complaints."),
    )
    host = LineField(label=_("Mail server (IMAP)"), max_length=253)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    security = forms.ChoiceField(
        label=_("Security"), choices=Security.choices, initial=Security.TLS
    )
    username = LineField(label=_("User name"), max_length=254)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    folder = LineField(label=_("Folder"), max_length=200, initial="INBOX")
    read_since = forms.DateField(
        label=_("Mails since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Older ones are left alone. Empty: all that the folder holds."),
    )
    trusted_server = LineField(
        label=_("Name of the server that checks senders"),
        required=False,
        max_length=253,
        help_text=_(
            "The first word of the header Authentication-Results in a mail that came in here. "
            "Without it no sender counts as proved."
        ),
    )
    moves_to = LineField(
        label=_("Move what was read to this folder"),
        required=False,
        max_length=200,
        help_text=_("Empty: mails stay where they are. None is ever deleted."),
    )
    marks_seen = forms.BooleanField(
        label=_("Mark what was read as seen"), required=False, initial=True
    )

    def __init__(self, *args: Any, mailbox: Mailbox | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.keeps_password = bool(mailbox and mailbox.secret)
        if self.keeps_password:
            self.fields["password"].help_text = _("Empty: the one that is kept stays.")
        self.helper = house_helper(
            "name",
            Row(Column("host", css_class="col-sm-8"), Column("port", css_class="col-sm-4")),
            pair("username", "password"),
            pair("security", "folder"),
            pair("read_since", "moves_to"),
            "trusted_server",
            "marks_seen",
        )

    def clean_host(self) -> str:
        """A name or address of a machine, nothing with spaces or paths."""
        host = str(self.cleaned_data["host"])
        if not _HOST.fullmatch(host):
            raise forms.ValidationError(_("Enter a server's name such as imap.example.com."))
        return host.lower()

    def clean_password(self) -> str | None:
        """The new password; None where the one that is kept stays."""
        password = str(self.cleaned_data["password"])
        if not password and not self.keeps_password:
            raise forms.ValidationError(_("Enter the password of the mailbox."))
        if "\x00" in password or "\n" in password or "\r" in password:
            raise forms.ValidationError(_("This text holds a character that cannot be kept."))
        return password or None


def initial_of(mailbox: Mailbox) -> dict[str, Any]:
    """What stands in the form of a mailbox; never its password."""
    names = [name for name in MailboxForm.base_fields if name != "password"]
    return {name: getattr(mailbox, name) for name in names}
