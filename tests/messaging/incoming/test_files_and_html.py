"""Attachments kept safely or refused with a reason; HTML that neither acts nor loads; both
forgotten for good."""

import base64
import os
from datetime import timedelta

import pytest

from core.models import AuditEntry
from messaging import mail_storage
from messaging.models import AddressRule, IncomingAttachment, IncomingMail
from messaging.rules import mail_files
from messaging.services.forgetting_mails import forget_mails, sweep_files
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.factories.outbox import NOON
from tests.messaging.incoming.mails import ANNA, letter, taken_in

pytestmark = pytest.mark.django_db


def with_files(*files, number=1):
    """A mail with (headers, content) parts."""
    head = letter(number=number).partition(b"Content-Type")[0]
    parts = [b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n', b"--b\r\n\r\nSee this\r\n"]
    for headers, content in files:
        body = base64.encodebytes(content)
        encoding = b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        parts.append(b"--b\r\n" + headers.encode() + encoding + body)
    return head + b"".join(parts) + b"--b--\r\n"


def pdf(name="bill.pdf"):
    return f'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="{name}"'


def test_a_file_is_kept_outside_of_what_the_web_serves(files, settings):
    mail = taken_in(with_files((pdf(), b"%PDF-1")))

    row = mail.attachments.get()
    assert (row.name, row.media_type, row.size, row.fault) == ("bill.pdf", "application/pdf", 6, "")
    assert row.path == f"{mail.key[:2]}/{mail.key}/0"
    assert mail_storage.content_of(row.path) == b"%PDF-1"
    assert os.stat(files / row.path).st_mode & 0o777 == 0o600
    assert not (files / row.path).is_relative_to(settings.BASE_DIR / "static")
    assert mail.text == "See this"


def test_limits_refuse_with_a_reason(monkeypatch):
    monkeypatch.setattr(mail_files, "LARGEST_FILE", 10)
    monkeypatch.setattr(mail_files, "LARGEST_TOTAL", 15)
    monkeypatch.setattr(mail_files, "MOST_FILES", 3)
    sizes = [8, 11, 7, 1, 0, 0]

    mail = taken_in(with_files(*((pdf(f"{n}.pdf"), b"x" * size) for n, size in enumerate(sizes))))

    rows = mail.attachments.all()
    assert [row.fault for row in rows] == ["", "too_large", "", "total", "", "too_many"]
    assert [row.size for row in rows] == sizes
    assert [bool(row.path) for row in rows] == [True, False, True, False, True, False]


def test_a_mail_too_tangled_to_be_read_is_kept_whole():
    raw = letter(more="X: boundary" * 101)

    mail = taken_in(raw)

    whole = mail.attachments.get()
    assert (whole.name, mail.text) == ("message.eml", "")
    assert mail_storage.content_of(whole.path) == raw


def test_html_is_stored_clean():
    page = (
        '<p onclick="x()">Hi <img src="https://spy.example/p.gif" alt="x">'
        '<img src="cid:logo@x"><script>alert(1)</script><a href="javascript:x">y</a></p>'
    )
    raw = letter(page).replace(b"text/plain", b"text/html")

    mail = taken_in(raw)

    assert mail.html == (
        '<p>Hi <img alt="x" data-remote="https://spy.example/p.gif"><img data-content="logo@x">'
        '<a rel="noopener noreferrer nofollow">y</a></p>'
    )
    assert mail.has_remote_images
    assert mail.text == "Hi y"


def test_erasing_a_person_empties_their_mails_and_removes_the_files(
    django_capture_on_commit_callbacks, files
):
    anna = CustomerFactory()
    AddressRule.objects.create(key=ANNA, customer=anna, created_at=NOON)
    mine = taken_in(with_files((pdf(), b"secret")), key="a")
    other = taken_in(letter(sender="jan@example.com", number=2), key="b")

    with django_capture_on_commit_callbacks(execute=True):
        assert forget_mails(actor=None, customer=anna) == 1

    row = IncomingMail.objects.get(pk=mine.pk)
    personal = (row.text, row.subject, row.from_address, row.from_key, row.html, row.message_id)
    assert personal == ("",) * 6
    assert list(files.rglob("*")) in ([], [files / mine.key[:2]])
    assert not IncomingAttachment.objects.exists()
    assert not AddressRule.objects.exists()
    assert IncomingMail.objects.get(pk=other.pk).subject == "Opening hours"
    assert AuditEntry.objects.get(action="mail.forgotten").details == {"mails": 1, "files": 1}
    taken_in(with_files((pdf(), b"secret")), key="c")
    assert IncomingMail.objects.get(pk=mine.pk).text == ""


def test_what_an_erased_person_wrote_and_nobody_sorted_is_emptied_too(files):
    anna = CustomerFactory()
    IdentityFactory(customer=anna, value="Anna@Example.pl")
    unproved = taken_in(letter(number=1), key="a")
    stranger = taken_in(letter(sender="jan@example.com", number=2), key="b")
    assert (unproved.place, unproved.reason) == ("unsorted", "unproved")

    assert forget_mails(actor=None, customer=anna) == 1

    unproved.refresh_from_db()
    stranger.refresh_from_db()
    assert (unproved.place, unproved.text, unproved.from_key) == ("set_aside", "", "")
    assert (stranger.place, stranger.subject) == ("unsorted", "Opening hours")


def test_files_that_no_row_names_are_swept_after_a_day(files):
    kept = taken_in(with_files((pdf(), b"kept"))).attachments.get()
    mail_storage.keep("ab/abc/0", b"left by a crash")
    mail_storage.keep("ab/abc/1", b"just being written")
    old = (NOON - timedelta(days=2)).timestamp()
    new = (NOON - timedelta(hours=1)).timestamp()
    for path, at in ((kept.path, old), ("ab/abc/0", old), ("ab/abc/1", new)):
        os.utime(files / path, (at, at))

    assert sweep_files(NOON) == 1

    assert mail_storage.content_of(kept.path) == b"kept"
    assert mail_storage.content_of("ab/abc/0") is None
    assert mail_storage.content_of("ab/abc/1") == b"just being written"
