"""Files of mails removed: with the mails of an erased person, and where no row names them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from core.jobs import DueJob
from core.services import audit
from customers.models import Customer, Identity, IdentityKind
from messaging import mail_storage
from messaging.models import AddressRule, IncomingAttachment, IncomingMail, MailPlace

# A file is written before the row that names it is there for all to see.
SETTLED = timedelta(days=1)
BATCH = 500
BLANK = {
    "message_id": "",
    "in_reply_to": "",
    "references": "",
    "from_name": "",
    "from_address": "",
    "from_key": "",
    "recipients": "",
    "subject": "",
    "subject_key": "",
    "text": "",
    "shown_text": "",
    "html": "",
    "has_remote_images": False,
}


@transaction.atomic
def forget_mails(*, actor: User | None, customer: Customer) -> int:
    """Empty what a customer wrote and remove its files, for good; how many mails. Audited.

    That is what lies on their file, and what nobody has put on a file but comes from an address of
    theirs: it waits for nobody any more. So this is done before their addresses go. The rows stay,
    so that the mail does not come in again where its mailbox is read anew. The files go after the
    commit; what is left by a crash in between is swept by the due job.
    """
    own = Identity.objects.filter(customer=customer, kind=IdentityKind.EMAIL)
    nobodys = Q(customer=None, from_key__in=list(own.values_list("key", flat=True)))
    mails = IncomingMail.objects.filter(Q(customer=customer) | nobodys)
    IncomingMail.objects.filter(nobodys).update(place=MailPlace.SET_ASIDE, reason="")
    files = IncomingAttachment.objects.filter(mail__in=mails)
    paths = list(files.exclude(path="").values_list("path", flat=True))
    files.delete()
    AddressRule.objects.filter(customer=customer).delete()
    number = mails.update(**BLANK)
    details = {"mails": number, "files": len(paths)}
    audit.record(actor=actor, action="mail.forgotten", target=customer, details=details)
    transaction.on_commit(lambda: mail_storage.remove(paths))
    return number


def sweep_files(now: datetime) -> int:
    """Remove files that no row names, once they are a day old; how many."""
    root, removed = Path(settings.MAIL_FILES_DIR), 0
    for paths in _batches(root, now):
        named = IncomingAttachment.objects.filter(path__in=paths).values_list("path", flat=True)
        removed += mail_storage.remove(set(paths) - set(named))
    return removed


def _batches(root: Path, now: datetime) -> Iterator[list[str]]:
    before, batch = (now - SETTLED).timestamp(), []
    for file in root.glob("*/*/*"):
        if file.is_file() and file.stat().st_mtime < before:
            batch.append(str(file.relative_to(root)))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


SWEEP_KEY = "messaging.sweep_files"
SWEEP_JOB = DueJob(sweep_files, every=timedelta(days=1), slow=True)
