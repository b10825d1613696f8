"""An admin sets a sender up with a real mail server, tries it, and watches a mailing to its end."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from core import clock
from messaging.models import Message, Send, Sender
from messaging.services.sending import Slot
from messaging.services.sends import finish_sends
from tests.factories.outbox import SendFactory, due_message
from tests.flows.conftest import is_too_wide
from tests.mail.sink import Sink, running_sink

Enter = Callable[..., Page]
MAILS = 6


def send_some(send: Send, number: int) -> None:
    """What a worker does, for so many mails."""
    # Asked once for the batch, and once before each mail.
    turns = iter(range(number + 1))

    def goes_on() -> bool:
        return next(turns, None) is not None

    Slot(Sender.objects.get(pk=send.sender_id)).pump(goes_on)
    finish_sends(clock.now())


def set_up(page: Page, sink: Sink) -> None:
    page.get_by_role("link", name="New sender").click()
    page.get_by_label("Name", exact=False).first.fill("Shop mails")
    page.get_by_label("Address that mails come from").fill("shop@example.com")
    page.get_by_label("Mails leave by").select_option("smtp")
    page.get_by_label("Mail server").fill("127.0.0.1")
    page.get_by_label("Port").fill(str(sink.port))
    page.get_by_label("Security").select_option("none")
    page.get_by_label("User name").fill("shop")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Save the sender").click()


@pytest.mark.django_db(transaction=True)
def test_from_a_new_sender_to_the_end_of_a_mailing(enter: Enter, people: dict[str, User]) -> None:
    people["admin"].email = "me@example.com"
    people["admin"].save()
    with running_sink(auth=True) as sink:
        page = enter("admin", "/senders/")
        set_up(page, sink)

        page.get_by_role("button", name="Send me a test mail").click()
        expect(page.get_by_text("The sign-in was refused.")).to_be_visible()
        page.get_by_role("link", name="Change", exact=True).click()
        page.get_by_label("Password", exact=True).fill("open sesame")
        page.get_by_role("button", name="Save the sender").click()
        page.get_by_role("button", name="Send me a test mail").click()
        expect(page.get_by_text("The test mail was taken")).to_be_visible()
        assert list(sink.copies()) == ["me@example.com"]

        send = SendFactory(name="Spring news", sender=Sender.objects.get(), due_at=clock.now())
        now = clock.now()
        mails = [
            due_message(send=send, message_class="service", due_at=now, next_at=now)
            for _ in range(MAILS)
        ]
        page.goto(page.url.partition("/senders/")[0] + "/mailings/")
        page.get_by_role("link", name="Spring news").click()
        expect(page.get_by_text("0 of 6 mails settled")).to_be_visible()
        send_some(send, 2)
        expect(page.get_by_text("2 of 6 mails settled")).to_be_visible()

        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_role("button", name="Go on")).to_be_visible()
        send_some(send, 1)
        assert Message.objects.filter(send=send, state="sent").count() == 2
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("button", name="Pause")).to_be_visible()
        send_some(send, MAILS)

        expect(page.get_by_text("6 of 6 mails settled")).to_be_visible()
        expect(page.get_by_text("Each number opens its list.")).to_be_visible()
        page.set_viewport_size({"width": 360, "height": 740})
        assert not is_too_wide(page)
        page.get_by_role("link", name="Sent 6").click()
        expect(page.locator("tbody tr")).to_have_count(MAILS)
    assert {address: sink.copies()[address] for address in sink.copies()} == {
        "me@example.com": 1,
        **{mail.address: 1 for mail in mails},
    }
