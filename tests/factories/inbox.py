"""Mails that came in and mailboxes, as small as they may be. Instants are fixed, never `now`."""

from datetime import timedelta

import factory

from messaging import mail_storage, models
from tests.factories.outbox import NOON


class MailboxFactory(factory.django.DjangoModelFactory[models.Mailbox]):
    """A mailbox that nobody has read yet."""

    class Meta:
        model = models.Mailbox

    name = factory.Sequence(lambda number: f"Box {number}")
    host = "imap.example.com"
    username = factory.Sequence(lambda number: f"box{number}@example.com")
    next_at = created_at = NOON


class IncomingMailFactory(factory.django.DjangoModelFactory[models.IncomingMail]):
    """An unsorted mail of a person whom nobody knows; later ones came in later."""

    class Meta:
        model = models.IncomingMail

    key = factory.Sequence(lambda number: f"{number:064d}")
    from_name = "Marek Zieliński"
    from_address = "marek@zielinski-foto.pl"
    from_key = factory.LazyAttribute(lambda row: row.from_address.lower())
    recipients = "shop@example.com"
    subject = factory.Sequence(lambda number: f"About order {number}")
    text = shown_text = "Good morning,\n\nthe cup came broken."
    received_at = factory.Sequence(lambda number: NOON + timedelta(minutes=number))
    raw_size = 4_000
    kind = models.MailKind.PERSON
    place = models.MailPlace.UNSORTED
    reason = models.Unsure.UNKNOWN


class CopyFactory(factory.django.DjangoModelFactory[models.IncomingCopy]):
    """A mail found in a mailbox."""

    class Meta:
        model = models.IncomingCopy

    mail = factory.SubFactory(IncomingMailFactory)
    key = factory.Sequence(lambda number: f"imap:{number}")
    source = "Box"
    mailbox = factory.SubFactory(MailboxFactory)
    at = NOON


def attach(mail, name="cup.jpg", media_type="image/jpeg", content=b"\xff\xd8picture", **values):
    """A file that came with the mail, kept on the disk as a real one is."""
    position = mail.attachments.count()
    path = values.pop("path", None)
    if path is None:
        path = "" if values.get("fault") else mail_storage.path_of(mail.key, position)
    if path:
        mail_storage.keep(path, content)
    values = {"size": len(content), "position": position} | values
    return models.IncomingAttachment.objects.create(
        mail=mail, name=name, media_type=media_type, path=path, **values
    )
