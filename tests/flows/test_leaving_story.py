"""A customer with a phone in the hand: leaves by the link of a mail, thinks again, chooses what
comes; and the desk sees it. No sign-in, no cookie, no script."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from core import clock
from customers.models import ChoiceSource, ConsentEntry, Customer, Suppression
from customers.permission import stops_for
from customers.services.consent_requests import request_consent
from customers.services.preferences import pause
from customers.services.subscriptions import unsubscribe_from_all
from customers.suppressions import key_of
from messaging.public_links import MailLink, confirm_url, preferences_url, unsubscribe_url
from tests.factories.customers import ConsentEntryFactory
from tests.factories.permission import TopicFactory
from tests.flows.conftest import is_too_wide
from tests.flows.visitor import open_visitor
from tests.flows.world import add_customer

Enter = Callable[..., Page]
MAIL = "anna@example.pl"
WORDS = {"en": "Offers and sales", "pl": "Oferty i wyprzedaże", "cs": "Nabídky", "ro": "Oferte"}


@pytest.fixture
def anna(live_server: LiveServer) -> Customer:
    TopicFactory(key="newsletter", names={"en": "Newsletter"})
    TopicFactory(key="offers", names=WORDS)
    customer = add_customer("Anna Nowak", email=MAIL, language="en")
    now = clock.now()
    ConsentEntryFactory(customer=customer, address=MAIL, occurred_at=now, recorded_at=now)
    return customer


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> Page:
    """A browser of nobody's, as small as a phone, that runs no scripts."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False, base_url=live_server.url
    )
    yield context.new_page()
    context.close()


def leave_link(customer: Customer) -> str:
    link = MailLink(
        customer_id=customer.pk, address_key=key_of(MAIL), topic="newsletter", message_id=7
    )
    return urlsplit(unsubscribe_url(link)).path


def choose_link(customer: Customer) -> str:
    return urlsplit(preferences_url(customer_id=customer.pk, address_key=key_of(MAIL))).path


def confirm_link(customer: Customer) -> str:
    row = request_consent(
        actor=None,
        customer=customer,
        address=MAIL,
        purpose="survey",
        text="You may ask me how I liked it.",
        language="en",
        now=clock.now(),
    )
    return urlsplit(confirm_url(row)).path


def may(customer: Customer) -> bool:
    pair = (customer.pk, MAIL)
    return not stops_for([pair], message_class="marketing", topic="", now=clock.now())


def test_a_customer_leaves_thinks_again_and_leaves(anna: Customer, phone: Page) -> None:
    phone.goto(leave_link(anna))
    expect(phone.get_by_role("heading", level=1)).to_have_text("No more news from us?")
    assert may(anna)

    phone.get_by_role("button", name="Unsubscribe").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("You are unsubscribed")
    assert not may(anna)

    phone.get_by_role("button", name="That was a mistake").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("All is as it was")
    assert may(anna)

    phone.goto(leave_link(anna))
    phone.get_by_role("button", name="Unsubscribe").click()
    phone.get_by_role("link", name="Choose what you get instead").click()
    expect(phone.get_by_role("heading", name="You get no news from us")).to_be_visible()
    phone.get_by_role("button", name="Yes, send me mails").click()
    expect(phone.get_by_role("status")).to_have_text("Welcome back. You get our mails again.")
    assert may(anna)
    assert phone.context.cookies() == []
    actions = ConsentEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["granted", "withdrawn", "granted", "withdrawn", "granted"]


def test_a_customer_chooses_and_the_desk_sees_it(anna: Customer, phone: Page, enter: Enter) -> None:
    phone.goto(choose_link(anna))
    phone.get_by_label("Offers and sales").uncheck()
    phone.get_by_label("At most once a month").check()
    phone.get_by_label("In which language?").select_option("pl")
    phone.get_by_role("button", name="Save my choice").click()
    expect(phone.locator("html")).to_have_attribute("lang", "pl")
    expect(phone.get_by_label("Oferty i wyprzedaże")).not_to_be_checked()
    phone.get_by_role("button", name="Wstrzymaj na 30 dni").click()
    expect(phone.get_by_role("button", name="Zakończ przerwę")).to_be_visible()

    page = enter("support", f"/customers/{anna.pk}/")

    state = page.locator(".mail-state")
    for words in ("Paused until", "At most once a month", "Not: Offers and sales"):
        expect(state).to_contain_text(words)
    timeline = page.locator("#timeline")
    for words in ("Mails paused", "Topic turned off", "Frequency changed", "Preference page"):
        expect(timeline).to_contain_text(words)
    state.get_by_role("link", name="Wishes").click()
    page.get_by_role("button", name="End the pause").click()
    expect(page.get_by_text("The pause is over.")).to_be_visible()


def test_a_manager_lifts_what_the_customer_wants_lifted(anna: Customer, enter: Enter) -> None:
    now = clock.now()
    unsubscribe_from_all(customer=anna, key=key_of(MAIL), source=ChoiceSource.LINK, now=now)
    page = enter("manager", "/settings/suppressions/")
    page.get_by_label("Address").fill("ANNA@example")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("row", name=MAIL)).to_contain_text("Marketing and surveys")

    page.get_by_role("link", name="Lift").click()
    page.get_by_label("Why may mails go there again?").fill("She called and asked for it")
    page.get_by_role("button", name="Let mails through again").click()

    expect(page.get_by_text("Mails may go to this address again.")).to_be_visible()
    row = Suppression.objects.get()
    assert (row.lift_reason, row.lifted_by.username) == ("She called and asked for it", "manager")
    assert not may(anna)  # consent is another matter


def test_a_wish_is_confirmed_by_one_tap(anna: Customer, phone: Page) -> None:
    phone.goto(confirm_link(anna))
    expect(phone.get_by_text("You may ask me how I liked it.")).to_be_visible()

    phone.get_by_role("button", name="Yes, I confirm").click()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you, it is confirmed")
    line = ConsentEntry.objects.order_by("pk").last()
    assert (line.purpose, line.action, line.source) == ("survey", "granted", "link")


@pytest.mark.parametrize("language", ["en", "pl", "cs", "ro"])
def test_public_pages_are_accessible_and_fit_a_phone(
    browser: Browser, live_server: LiveServer, anna: Customer, language: str
) -> None:
    Customer.objects.filter(pk=anna.pk).update(language=language)
    paused = add_customer("Jan Kowalski", email="jan@example.pl", language=language)
    pause(actor=None, customer=paused, source="preferences", now=clock.now())
    gone = preferences_url(customer_id=999_999, address_key="k")
    theirs = preferences_url(customer_id=paused.pk, address_key=key_of("jan@example.pl"))
    visitor = open_visitor(browser, live_server.url, None)
    asked = [
        (leave_link(anna), 200),
        (choose_link(anna), 200),
        (urlsplit(theirs).path, 200),
        (urlsplit(gone).path, 200),
        (confirm_link(anna), 200),
        ("/p/preferences/never/", 404),
    ]

    found = {address[:15]: visitor.visit(address, status) for address, status in asked}

    visitor.page.goto(live_server.url + leave_link(anna))
    visitor.page.get_by_role("button").click()
    too_wide = is_too_wide(visitor.page)
    visitor.page.context.close()
    assert {address: wrong for address, wrong in found.items() if wrong} == {}
    assert not too_wide


def test_a_public_page_weighs_less_than_fifty_kilobytes(
    browser: Browser, live_server: LiveServer, anna: Customer
) -> None:
    page = browser.new_page()
    bodies: list[int] = []
    page.on("response", lambda response: bodies.append(len(response.body())))

    page.goto(live_server.url + choose_link(anna))
    page.wait_for_load_state("networkidle")

    page.context.close()
    assert len(bodies) >= 4
    assert sum(bodies) < 50_000
