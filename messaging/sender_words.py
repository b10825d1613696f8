"""Senders in words: by what way mails leave, what a trial found, which keys a provider needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.models import MailingRules, Sender, SenderKind
from messaging.rules.rates import Window
from messaging.rules.replies import Phase
from messaging.services.sender_trials import Trial

PHASES: dict[Phase, str | Promise] = {
    Phase.CONNECT: gettext_lazy(
        "The mail server could not be reached. Check its name and port, and whether this machine "
        "may connect to it."
    ),
    Phase.EHLO: gettext_lazy("The mail server answered, but did not take the greeting."),
    Phase.TLS: gettext_lazy(
        "The connection could not be made private. Check the security, and whether the server's "
        "certificate is valid."
    ),
    Phase.AUTH: gettext_lazy("The sign-in was refused. Check user name, password or keys."),
    Phase.MAIL: gettext_lazy(
        "The server does not send for this address. Check the address that mails come from."
    ),
    Phase.RCPT: gettext_lazy("The server does not deliver to your address."),
    Phase.DATA: gettext_lazy("The server took the addresses, but not the mail."),
    Phase.DOT: gettext_lazy("The server had the whole mail and did not accept it."),
}
STEPS: dict[Phase, str | Promise] = {
    Phase.CONNECT: gettext_lazy("connecting"),
    Phase.EHLO: gettext_lazy("greeting"),
    Phase.TLS: gettext_lazy("making it private"),
    Phase.AUTH: gettext_lazy("signing in"),
    Phase.MAIL: gettext_lazy("naming the sender"),
    Phase.RCPT: gettext_lazy("naming the recipient"),
    Phase.DATA: gettext_lazy("beginning the mail"),
    Phase.DOT: gettext_lazy("handing over the mail"),
}
WINDOWS: dict[Window, str | Promise] = {
    Window.SECOND: gettext_lazy("This second"),
    Window.MINUTE: gettext_lazy("The last minute"),
    Window.HOUR: gettext_lazy("The last hour"),
    Window.DAY: gettext_lazy("The last 24 hours"),
}
# As django-anymail names them.
KEYS = {
    "amazon_ses": ("AMAZON_SES_CLIENT_PARAMS",),
    "brevo": ("BREVO_API_KEY",),
    "mailersend": ("MAILERSEND_API_TOKEN",),
    "mailgun": ("MAILGUN_API_KEY", "MAILGUN_SENDER_DOMAIN"),
    "mailjet": ("MAILJET_API_KEY", "MAILJET_SECRET_KEY"),
    "mandrill": ("MANDRILL_API_KEY",),
    "postal": ("POSTAL_API_URL", "POSTAL_API_KEY"),
    "postmark": ("POSTMARK_SERVER_TOKEN",),
    "resend": ("RESEND_API_KEY",),
    "scaleway": ("SCALEWAY_SECRET_KEY", "SCALEWAY_PROJECT_ID"),
    "sendgrid": ("SENDGRID_API_KEY",),
    "sparkpost": ("SPARKPOST_API_KEY",),
    "unisender_go": ("UNISENDER_GO_API_URL", "UNISENDER_GO_API_KEY"),
}


@dataclass(frozen=True, slots=True)
class TrialWords:
    """A trial for people: the headline, what it means, where it stopped, the server's own words."""

    tone: str
    title: str
    text: str
    step: str = ""
    said: str = ""


def trial_words(trial: Trial, sender: Sender) -> TrialWords:
    """What a trial found, and what to do."""
    if trial.worked:
        return TrialWords("success", *_worked(trial, sender))
    title = _("That did not work")
    code = f"{trial.code} " if trial.code else ""
    return TrialWords(
        "danger",
        title,
        str(PHASES[trial.phase]),
        str(STEPS[trial.phase]),
        f"{code}{trial.text}".strip() or _("silence"),
    )


def _worked(trial: Trial, sender: Sender) -> tuple[str, str]:
    if not trial.recipient:
        return _("The connection works"), _("Reached, private as asked for, and signed in.")
    if sender.kind == SenderKind.CATCHER:
        text = _("It stands in the mail catcher: this sender lets nothing out.")
    else:
        text = _("Look into the inbox of %(address)s, and whether it came as spam.") % {
            "address": trial.recipient
        }
    return _("The test mail was taken"), text


def way_of(sender: Sender) -> str:
    """By what way mails leave, in a line: 'mail.example.com:587, STARTTLS'."""
    if sender.kind == SenderKind.SMTP:
        return f"{sender.host}:{sender.port}, {sender.get_security_display()}"
    if sender.kind == SenderKind.PROVIDER:
        return sender.backend.replace("_", " ").title()
    return str(sender.get_kind_display())


def keys_of(sender: Sender) -> list[tuple[str, bool]]:
    """The names of the keys that the provider needs, and whether each is set."""
    names = KEYS.get(sender.backend, ()) if sender.kind == SenderKind.PROVIDER else ()
    return [(f"ANYMAIL_{name}", bool(settings.ANYMAIL.get(name))) for name in names]


def _said(value: object) -> object:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "–" if value in {None, ""} else value


def changed_fields(form: Any, present: Sender | MailingRules) -> Iterator[tuple[str, str]]:
    """Label and present value of each field in which the form and what stands now differ."""
    for name, value in form.values().items():
        now = getattr(present, name)
        if now != value:
            field = form.fields[name]
            choices = dict(getattr(field, "choices", ()))
            yield str(field.label), str(choices.get(now, _said(now)))
