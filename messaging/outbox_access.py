"""The only way from an address to a message or a mailing; what is not there is a 404."""

from django.http import Http404

from accounts.requests import StaffRequest
from messaging.models import CaughtMail, DomainLimit, Message, Send, Sender


def get_message(request: StaffRequest, pk: int) -> Message:
    """A message with what its page names."""
    found = Message.objects.select_related(
        "customer", "send", "sender", "template_version__template"
    )
    message = found.filter(pk=pk).first()
    if message is None:
        raise Http404
    return message


def get_send(request: StaffRequest, pk: int) -> Send:
    """A mailing with what its page names."""
    send = Send.objects.select_related("template", "sender").filter(pk=pk).first()
    if send is None:
        raise Http404
    return send


def get_caught(request: StaffRequest, pk: int) -> CaughtMail:
    """A mail that the catcher kept."""
    mail = CaughtMail.objects.filter(pk=pk).first()
    if mail is None:
        raise Http404
    return mail


def get_sender(request: StaffRequest, pk: int) -> Sender:
    """A sender."""
    sender = Sender.objects.filter(pk=pk).first()
    if sender is None:
        raise Http404
    return sender


def get_domain_limit(request: StaffRequest, pk: int) -> DomainLimit:
    """A limit that holds."""
    limit = DomainLimit.objects.kept().filter(pk=pk).first()
    if limit is None:
        raise Http404
    return limit


def get_removed_limit(request: StaffRequest, pk: int) -> DomainLimit:
    """A limit, also one that was removed a moment ago."""
    limit = DomainLimit.objects.filter(pk=pk).first()
    if limit is None:
        raise Http404
    return limit
