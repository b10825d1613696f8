"""A mail comes in: the clerk finds it, says whose it is, sees it on the file, thinks again."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, Request, expect

from core import clock
from messaging.models import IncomingMail
from messaging.services.incoming import Found, receive_mail
from tests.flows.conftest import axe_violations, is_too_wide
from tests.flows.world import add_customer

Enter = Callable[..., Page]
LETTER = """From: "Marek Nowy" <marek@new.example>
To: shop@example.com
Subject: The cup came broken
Date: Fri, 20 Nov 2026 11:30:00 +0100
Message-ID: <story1@new.example>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Good morning, the <b>cup</b> came broken.</p><img src="https://track.example/pixel.png">
"""


def mail_comes_in() -> IncomingMail:
    now = clock.now()
    found = Found(arrived_at=now - timedelta(hours=1))
    raw = LETTER.replace("\n", "\r\n").encode()
    return receive_mail(raw=raw, source="Shop", key="story:1", now=now, found=found)


def test_a_mail_is_found_sorted_read_and_taken_back(enter: Enter) -> None:
    customer = add_customer("Zofia Wrzos", email="zofia@example.pl")
    mail = mail_comes_in()
    page = enter("support")

    expect(page.get_by_role("link", name="1 unsorted mail")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.get_by_role("link", name="The cup came broken", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The cup came broken")
    page.keyboard.press("f")
    page.keyboard.type("wrzos")
    page.get_by_role("button", name="Zofia Wrzos").click()

    expect(page.get_by_text("The mail is with Zofia Wrzos now.")).to_be_visible()
    expect(page.get_by_text("Everything is sorted")).to_be_visible()
    page.goto(page.url.split("/inbox/")[0] + f"/customers/{customer.pk}/")
    entry = page.locator("#timeline").get_by_text("The cup came broken").first
    entry.click()
    page.get_by_role("link", name="Open the mail").click()
    page.get_by_role("button", name="It is not theirs").click()

    expect(page.get_by_text("The mail is among the unsorted again.")).to_be_visible()
    mail.refresh_from_db()
    assert (mail.place, mail.customer) == ("unsorted", None)


def test_undo_in_the_toast_takes_the_mail_back(enter: Enter) -> None:
    mail = mail_comes_in()
    page = enter("manager", f"/inbox/{mail.pk}/")

    page.keyboard.press("e")
    expect(page.get_by_text("The mail is set aside.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("The mail is among the unsorted again.")).to_be_visible()
    mail.refresh_from_db()
    assert mail.place == "unsorted"


def test_nothing_is_fetched_from_elsewhere_until_it_is_asked_for(enter: Enter) -> None:
    mail = mail_comes_in()
    page = enter("support")
    asked: list[str] = []

    def note(request: Request) -> None:
        if "track.example" in request.url:
            asked.append(request.url)

    page.on("request", note)
    page.route("https://track.example/**", lambda route: route.fulfill(body=b""))

    page.goto(page.url.split("/day/")[0] + f"/inbox/{mail.pk}/?view=html")
    frame = page.frame_locator("#mail-frame")
    expect(frame.get_by_text("the cup came broken.")).to_be_visible()
    assert asked == []

    with page.expect_request("https://track.example/pixel.png"):
        page.get_by_role("button", name="Show them this once").click()
    page.reload()
    expect(frame.get_by_text("the cup came broken.")).to_be_visible()

    assert asked == ["https://track.example/pixel.png"]


def test_several_are_put_aside_on_a_phone(enter: Enter) -> None:
    mail_comes_in()
    page = enter("support", "/inbox/", width=360, height=740)

    page.get_by_role("button", name="Tick all").click()
    page.get_by_role("button", name="Set the ticked ones aside").click()

    expect(page.get_by_text("1 mail set aside.")).to_be_visible()
    assert axe_violations(page) == []
    assert not is_too_wide(page)
