"""The same work in a browser without JavaScript: slower, but nothing is out of reach."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from core import clock
from core.services.jobs import run_due
from customers.models import Customer, FollowUp, Interaction
from tests.flows.world import FILE, add_customer, fill_shop

SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(browser: Browser, live_server: LiveServer, people: dict[str, User]) -> Iterator[SignIn]:
    """Sign in by the form, as the role, then go to the address."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()

    def make(role: str, address: str = "/") -> Page:
        page.goto(live_server.url + address)
        page.get_by_label("Sign-in name").fill(role)
        page.get_by_label("Password").fill("correct horse battery")
        page.get_by_label("Password").press("Enter")
        return page

    yield make
    context.close()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_customer_is_searched_for_not_found_and_added(sign_in: SignIn) -> None:
    page = sign_in("support")
    heading(page, "My day")

    page.get_by_role("combobox", name="Search").fill("zofia@example.pl")
    page.get_by_role("combobox", name="Search").press("Enter")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    page.get_by_role("link", name="New customer with this").click()
    expect(page.get_by_label("E-mail")).to_have_value("zofia@example.pl")
    page.get_by_label("First name").fill("Zofia")
    page.get_by_role("button", name="Add the customer").click()

    heading(page, "Zofia")
    page.get_by_role("combobox", name="Search").fill("zofai")
    page.get_by_role("combobox", name="Search").press("Enter")
    page.locator("main").get_by_role("link", name="Zofia").click()
    heading(page, "Zofia")
    assert Customer.objects.count() == 1


def test_a_call_is_logged_opened_and_its_promise_kept(sign_in: SignIn) -> None:
    customer = add_customer("Anna Nowak", phone="+48 600 100 100")
    page = sign_in("support", f"/customers/{customer.pk}/")

    page.get_by_label("What was said").fill("Asked about the bowl")
    page.locator(".composer-next summary").click()
    page.get_by_label("Next step", exact=True).fill("Call back")
    page.get_by_label("On", exact=True).fill(str(timezone.localdate(clock.now())))
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_text("It is on the file.")).to_be_visible()
    entry = page.locator("#timeline details", has_text="Asked about the bowl")
    entry.locator("summary").click()
    entry.get_by_role("link", name="Open this entry").click()
    heading(page, "One entry of the timeline")
    expect(page.locator("main")).to_contain_text("Asked about the bowl")
    page.get_by_role("navigation", name="Main", exact=True).get_by_role(
        "link", name="Today"
    ).click()
    page.get_by_role("button", name="Done Call back").click()

    expect(page.get_by_text("Done: Call back")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It is open again: Call back")).to_be_visible()
    assert list(FollowUp.objects.values_list("what", "done_at")) == [("Call back", None)]
    assert Interaction.objects.get().actor.username == "support"


def test_a_wrong_call_says_what_is_wrong_and_keeps_what_was_typed(sign_in: SignIn) -> None:
    customer = add_customer("Anna Nowak", phone="+48 600 100 100")
    page = sign_in("support", f"/customers/{customer.pk}/")
    page.get_by_label("What was said").fill("Asked about the bowl")
    page.locator(".composer-next summary").click()
    page.get_by_label("Next step", exact=True).fill("Call back")

    page.get_by_role("button", name="Log it").click()

    expect(page.locator(".composer [role=alert]")).to_contain_text("On: Choose a day.")
    expect(page.get_by_label("What was said")).to_have_value("Asked about the bowl")
    expect(page.get_by_label("Next step", exact=True)).to_have_value("Call back")
    assert not Interaction.objects.exists()


def test_the_list_is_filtered_by_nested_conditions(sign_in: SignIn) -> None:
    add_customer("Jan Kowalski", email="jan@example.pl", city="Brno")
    add_customer("Ewa Lis", email="ewa@example.pl", city="Poznań")
    page = sign_in("marketer", "/customers/filter/")

    page.get_by_label("What to ask").select_option("city")
    page.get_by_role("button", name="Show the fitting answers").click()
    page.get_by_label("How", exact=True).select_option("is")
    page.get_by_label("Value").fill("Brno")
    page.get_by_role("button", name="Add group").first.click()
    expect(page.get_by_label("Value").first).to_have_value("Brno")
    page.get_by_label("What to ask").nth(1).select_option("has_email")
    page.get_by_role("button", name="Show the fitting answers").click()
    expect(page.locator("#filter-count")).to_have_text("1 customer fits")
    page.get_by_role("button", name="Show customers").click()

    expect(page.locator("tbody th")).to_have_text(["Jan Kowalski"])
    page.locator("summary", has_text="Brno").click()
    page.get_by_role("button", name="Remove this group").click()
    heading(page, "Filter customers")
    expect(page.locator(".filter-group")).to_have_count(1)


def test_a_file_is_imported_step_by_step(sign_in: SignIn) -> None:
    page = sign_in("manager", "/import/")
    page.locator(".choices label", has_text="Customers").click()
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    page.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]

    page.get_by_role("button", name="Look at the file").click()
    run_due(clock.now())
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Import", exact=True).click()
    run_due(clock.now())
    page.get_by_role("link", name="Look again").click()

    expect(page.get_by_role("heading", name="Done", exact=True)).to_be_visible()
    assert [str(customer) for customer in Customer.objects.all()] == ["Ewa"]


def test_the_report_and_its_lists_are_plain_links(sign_in: SignIn) -> None:
    fill_shop()
    page = sign_in("manager")
    heading(page, "Do customers stay?")
    number = page.locator(".report-sentence .figure-link").first.inner_text()

    page.locator("summary", has_text="bought within 90 days").click()
    page.get_by_role("link", name="bought within 365 days").click()
    expect(page.locator("summary", has_text="bought within 365 days")).to_be_visible()
    page.go_back()
    page.locator(".report-sentence .figure-link").first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{number} customer")
    expect(page.locator("tbody tr")).to_have_count(int(number))


def test_theme_and_language_are_switched_and_the_person_signs_out(sign_in: SignIn) -> None:
    page = sign_in("manager", "/customers/")
    rail = page.locator(".rail-foot details")

    rail.locator("summary").click()
    rail.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    heading(page, "Customers")
    rail.locator("summary").click()
    rail.get_by_role("button", name="Sign out").click()

    heading(page, "Good to see you")
