"""Any mail provider's own API, through django-anymail.

The provider is named by its anymail backend; its keys stand in the setting ANYMAIL. Providers
take single requests, so nothing is known of phases: an answer is one to the whole mail, and no
answer after the request went out is as uncertain as silence after SMTP's final dot.
"""

import smtplib
from email.utils import quote
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from messaging.assembling import Letter, headers_of
from messaging.models import Sender
from messaging.rules.replies import Phase, Reply
from messaging.transports.base import CannotOpen, Handed, Meanwhile, Parcel, Timeouts, nothing

BACKENDS = (
    "amazon_ses",
    "brevo",
    "mailersend",
    "mailgun",
    "mailjet",
    "mandrill",
    "postal",
    "postmark",
    "resend",
    "scaleway",
    "sendgrid",
    "sparkpost",
    "unisender_go",
)
# These cannot carry a word of ours.
WITHOUT_METADATA = frozenset({"MailerSend", "Postal"})
PASSED_ON = frozenset({"List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted"})

# What a mail carries to the provider, and its events carry back: our own Message-ID.
MAIL_ID = "mail_id"


class ProviderConnection:
    """A session with a provider's API."""

    def __init__(self, backend: Any) -> None:
        self.carried, self.usable = 0, True
        self._backend = backend

    def hand_over(self, parcel: Parcel, meanwhile: Meanwhile = nothing) -> Handed:
        """Send one mail by one request."""
        self.carried += 1
        mail = django_mail(parcel.letter)
        if getattr(self._backend, "esp_name", "") not in WITHOUT_METADATA:
            # Comes back with each event, also where the answer to this request never does.
            mail.metadata = {MAIL_ID: parcel.letter.message_id}  # type: ignore[attr-defined]
        try:
            self._backend.send_messages([mail])
        except Exception as error:
            self.usable = False
            return Handed(reply_to_failure(error))
        status = getattr(mail, "anymail_status", None)
        number = getattr(status, "message_id", None)
        return Handed(
            Reply(Phase.DOT, 250, "accepted"), "" if number is None else str(number)[:255]
        )

    def close(self) -> None:
        """End the session."""
        self.usable = False
        self._backend.close()


def reply_to_failure(error: Exception) -> Reply:
    """What an error of the provider's API means in the words of SMTP.

    Refused keys (401, 403) stop the sender; being asked for patience (429, 503) puts the mail
    off; another refusal fails it. Where it cannot be told whether the provider took the mail, it
    is uncertain, as after SMTP's final dot.
    """
    text, status = " ".join(str(error).split())[:500], getattr(error, "status_code", None)
    if isinstance(error, AnymailRecipientsRefused):
        return Reply(Phase.RCPT, 550, text)
    if status in {401, 403}:
        return Reply(Phase.AUTH, 535, text)
    if status in {429, 503}:
        return Reply(Phase.MAIL, 421, text)
    if status is not None and 400 <= status < 500:
        return Reply(Phase.DATA, 554, text)
    if _never_connected(error):
        return Reply(Phase.CONNECT, 0, text)
    if isinstance(error, AnymailError) and not isinstance(error, AnymailAPIError):
        return Reply(Phase.DATA, 554, text)
    return Reply(Phase.DOT, 0, text)


def _never_connected(error: BaseException | None) -> bool:
    """Whether the request never left: no connection was made."""
    while error is not None:
        if isinstance(error, NewConnectionError | ConnectTimeoutError):
            return True
        error = error.__cause__ or error.__context__ or getattr(error, "reason", None)
    return False


def django_mail(letter: Letter) -> EmailMultiAlternatives:
    """The letter as Django's own mail, for anymail to take apart."""
    mail = EmailMultiAlternatives(
        subject=" ".join(letter.subject.split()),
        body=letter.text,
        from_email=_mailbox(letter),
        to=[letter.recipient],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={name: value for name, value in headers_of(letter) if name in PASSED_ON}
        | {"Message-ID": letter.message_id},
    )
    mail.attach_alternative(letter.html.decode("ascii"), "text/html")
    return mail


def _mailbox(letter: Letter) -> str:
    name, address = quote(letter.from_name), letter.from_address
    return f'"{name}" <{address}>' if name else address


def open_provider(sender: Sender, timeouts: Timeouts) -> ProviderConnection:
    """A session with the provider that the sender names."""
    try:
        if sender.backend not in BACKENDS:
            raise ImproperlyConfigured(f"there is no provider {sender.backend!r}")
        backend = get_connection(f"anymail.backends.{sender.backend}.EmailBackend")
        backend.open()
    except (ImproperlyConfigured, AnymailError, OSError, smtplib.SMTPException) as error:
        raise CannotOpen(Reply(Phase.AUTH, 535, str(error)[:500])) from error
    return ProviderConnection(backend)
