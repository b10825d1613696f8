"""The audience of a mailing as a file: everybody once, and the rows agree with the page's sums."""

import csv
import io
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import csv_writing
from core.models import AuditEntry
from messaging import audience_export
from messaging.progress import PLACES, tallies
from tests.factories.customers import IdentityFactory
from tests.factories.outbox import NOON, MessageFactory, SendFactory

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=9)


def read(client, send):
    answer = client.get(reverse("messaging:send_audience", args=[send.pk]))
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode().removeprefix(csv_writing.MARK)
    return list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text[:20] else ","))


def test_each_row_says_who_where_and_why(sign_in):
    send = SendFactory()
    put_off = MessageFactory(send=send, reason="quiet_hours", next_at=LATER)
    IdentityFactory(customer=put_off.customer, kind="external", value="C-17")
    MessageFactory(
        send=send,
        state="sent",
        sent_at=NOON,
        reply_code=250,
        reply_text="2.0.0 Ok",
        bounce="hard",
        bounced_at=NOON,
    )

    first, second = read(sign_in("manager"), send)

    assert first["customer_id"] == "C-17"
    assert (first["email"], first["place"], first["state"]) == (
        put_off.address,
        "deferred",
        "queued",
    )
    assert (first["reason"], first["sent_at"]) == ("quiet_hours", "")
    assert first["next_at"].startswith("2026-11-20T20:00:00")
    assert first["message_id"] == put_off.message_id
    assert (second["place"], second["reply_code"], second["reply_text"]) == (
        "sent",
        "250",
        "2.0.0 Ok",
    )
    assert (second["customer_id"], second["next_at"], second["reported"]) == ("", "", "hard")


def test_the_rows_add_up_to_the_numbers_of_the_page(sign_in, monkeypatch):
    monkeypatch.setattr(audience_export, "ROWS_AT_ONCE", 2)
    send = SendFactory()
    for state, reason in [
        ("sent", ""),
        ("sent", ""),
        ("failed", "refused"),
        ("suppressed", "no_consent"),
        ("expired", "too_late"),
        ("uncertain", "line_broke"),
        ("retry", "busy"),
        ("queued", "quiet_hours"),
        ("queued", ""),
    ]:
        MessageFactory(
            send=send, state=state, reason=reason, sent_at=NOON if state == "sent" else None
        )
    MessageFactory(state="sent", sent_at=NOON)

    rows = read(sign_in("admin"), send)

    tally = tallies([send])[send.pk]
    assert Counter(row["place"] for row in rows) == {
        place: getattr(tally, place) for place in PLACES
    }
    assert len({row["message_id"] for row in rows}) == tally.planned == 9


def test_a_mailing_to_nobody_is_a_header(sign_in):
    assert read(sign_in("manager"), SendFactory()) == []


def test_taking_it_along_stands_in_the_trail(sign_in, cast):
    send = SendFactory()
    client = sign_in("manager")

    read(client, send)

    entry = AuditEntry.objects.get(action="send.exported")
    assert (entry.object_type, entry.object_id) == ("messaging.Send", str(send.pk))
    assert entry.actor == f"user:{cast['manager'].pk}"


@pytest.mark.parametrize("role", ["support", "marketer"])
def test_contacts_are_not_for_everybody(sign_in, role):
    send = SendFactory()
    client = sign_in(role)

    assert client.get(reverse("messaging:send_audience", args=[send.pk])).status_code == 403
    page = client.get(reverse("messaging:send", args=[send.pk])).content.decode()
    assert "audience.csv" not in page


def test_there_is_no_such_mailing(sign_in):
    address = reverse("messaging:send_audience", args=[4_711])
    assert sign_in("manager").get(address).status_code == 404


def test_each_bit_of_the_file_costs_one_query():
    send = SendFactory()
    MessageFactory.create_batch(7, send=send)

    with CaptureQueriesContext(connection) as counted:
        assert len(list(audience_export.audience_rows(send))) == 7

    assert len(counted) == 2
