"""A marketer's day: whom to write to, without seeing how to reach them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from accounts.models import User
from core import clock
from customers.models import ConsentEntry, Customer, Segment
from tests.factories.customers import ConsentEntryFactory, FollowUpFactory, InteractionFactory
from tests.flows.conftest import is_too_wide
from tests.flows.world import add_customer

Enter = Callable[..., Page]
SECRETS = ["anna@example.pl", "600 100 100", "600100100", "Rynek 5", "Asked about the bowl"]


def three_people() -> Customer:
    anna = add_customer(
        "Anna Nowak",
        email="anna@example.pl",
        phone="+48 600 100 100",
        address="Rynek 5",
        city="Kraków",
        notes="Asked about the bowl",
    )
    add_customer("Jan Kowalski", email="jan@example.pl", city="Brno")
    add_customer("Ewa Lis", email="ewa@example.pl", city="Poznań")
    return anna


def condition(page: Page, place: int) -> Locator:
    return page.locator(".filter-condition").nth(place)


def ask_city(page: Page, place: int, city: str) -> None:
    row = condition(page, place)
    row.get_by_label("What to ask").select_option("city")
    expect(row.get_by_label("How")).to_have_value("contains")
    row.get_by_label("How").select_option("is")
    row.get_by_label("Value").press_sequentially(city)


def test_a_nested_filter_counts_as_one_types_and_becomes_a_segment(enter: Enter) -> None:
    three_people()
    page = enter("marketer", "/customers/")
    page.keyboard.press("f")

    ask_city(page, 0, "Brno")
    count = page.locator("#filter-count")
    expect(count).to_have_text("1 customer fits")
    page.get_by_role("button", name="Add group").first.click()
    expect(page.locator(".filter-group")).to_have_count(2)
    ask_city(page, 1, "Kraków")
    expect(count).to_have_text("0 customers fit")
    page.get_by_label("How the conditions are joined").first.select_option("any")
    expect(count).to_have_text("2 customers fit")
    page.get_by_role("button", name="Show customers").click()

    expect(page.locator("#count")).to_have_text("2 customers")
    expect(page.locator("tbody th")).to_have_text(["Jan Kowalski", "Anna Nowak"])
    page.get_by_role("link", name="Save as segment").click()
    page.get_by_label("Name of the segment").fill("Two towns")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Segment “Two towns” is saved.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two towns")
    assert Segment.objects.get().created_by.username == "marketer"


@pytest.mark.parametrize("address", ["/customers/", "/customers/filter/"])
def test_enter_in_a_filters_value_shows_the_list(enter: Enter, address: str) -> None:
    three_people()
    page = enter("marketer", address)
    if address == "/customers/":
        page.keyboard.press("f")
    ask_city(page, 0, "Brno")
    expect(page.locator("#filter-count")).to_have_text("1 customer fits")

    page.keyboard.press("Enter")

    expect(page.locator("#count")).to_have_text("1 customer")
    expect(page.locator("tbody th")).to_have_text(["Jan Kowalski"])


def test_what_is_typed_while_the_filter_is_redrawn_stays(enter: Enter) -> None:
    three_people()
    page = enter("marketer", "/customers/filter/")
    condition(page, 0).get_by_label("What to ask").select_option("city")
    expect(condition(page, 0).get_by_label("How")).to_have_value("contains")
    held: list[Route] = []
    page.route("**/customers/filter/", lambda route: held.append(route), times=1)

    with page.expect_request("**/customers/filter/"):
        condition(page, 0).get_by_label("How").select_option("is")
    condition(page, 0).get_by_label("Value").press_sequentially("Brno")
    held[0].continue_()

    expect(page.locator("#filter-count")).to_have_text("1 customer fits")
    expect(condition(page, 0).get_by_label("How")).to_have_value("is")
    expect(condition(page, 0).get_by_label("Value")).to_have_value("Brno")


def test_a_segment_is_opened_from_its_chip_and_counts_anew(enter: Enter) -> None:
    three_people()
    definition = {"all": [{"field": "city", "operator": "is", "value": "Brno"}]}
    Segment.objects.create(
        name="From Brno",
        definition=definition,
        created_at=Customer.objects.latest("pk").created_at,
        updated_at=Customer.objects.latest("pk").updated_at,
    )
    page = enter("marketer", "/customers/")
    expect(page.locator("#count")).to_have_text("3 customers")

    page.get_by_role("link", name="From Brno").click()
    expect(page.locator("#count")).to_have_text("1 customer")
    add_customer("Petr Novák", email="petr@example.cz", city="Brno")
    page.reload()

    expect(page.locator("#count")).to_have_text("2 customers")
    expect(page.get_by_role("link", name="Edit segment")).to_be_visible()


def test_a_segment_is_deleted_by_keyboard_and_taken_back(enter: Enter) -> None:
    now = clock.now()
    Segment.objects.create(name="From Brno", definition={"all": []}, created_at=now, updated_at=now)
    page = enter("marketer", "/customers/segments/", width=360, height=740)
    assert not is_too_wide(page)

    page.get_by_role("button", name="Delete From Brno").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Segment “From Brno” is deleted.")).to_be_visible()
    expect(page.get_by_text("No segments yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Segment “From Brno” is there again.")).to_be_visible()
    page.get_by_role("link", name="Edit From Brno").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("Segment “From Brno” is deleted.")).to_be_visible()
    assert not Segment.objects.exists()


def test_no_page_shows_a_marketer_how_to_reach_anybody(
    enter: Enter, people: dict[str, User]
) -> None:
    anna = three_people()
    InteractionFactory(customer=anna, actor=people["support"])
    FollowUpFactory(customer=anna)
    ConsentEntryFactory(customer=anna)
    page = enter("marketer", "/customers/")

    for address in (
        "/customers/",
        f"/customers/{anna.pk}/",
        f"/customers/{anna.pk}/consents/",
        "/search/?q=Nowak",
    ):
        page.goto(page.url.split("/customers")[0].split("/search")[0] + address)
        expect(page.get_by_text("Nowak").first).to_be_visible()
        shown = page.content()
        assert [secret for secret in SECRETS if secret in shown] == []

    expect(page.get_by_role("link", name="New", exact=True)).to_have_count(0)
    page.get_by_role("combobox", name="Search").press_sequentially("anna@example.pl")
    expect(page.locator("#search-results")).to_contain_text("Anna Nowak")
    assert "anna@example.pl" not in page.locator("#search-results").inner_html()


def test_a_consent_is_taken_back_but_none_is_made(enter: Enter) -> None:
    anna = three_people()
    ConsentEntryFactory(customer=anna)
    page = enter("marketer", f"/customers/{anna.pk}/consents/")
    expect(page.get_by_role("heading", name="Record a consent")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("a•••@example.pl")

    page.get_by_role("button", name="Take back").click()

    expect(page.get_by_text("The consent is taken back.")).to_be_visible()
    actions = ConsentEntry.objects.order_by("pk").values_list("action", "actor__username")
    assert list(actions) == [("granted", None), ("withdrawn", "marketer")]


def test_language_and_theme_are_changed_from_the_rail_and_stay(
    enter: Enter, people: dict[str, User]
) -> None:
    page = enter("marketer", "/customers/")
    root, rail = page.locator("html"), page.get_by_role("navigation", name="Main", exact=True)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")

    rail.locator("summary", has_text="Marketer").click()
    with page.expect_response("**/account/appearance/"):
        rail.get_by_role("button", name="Dark").click()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    expect(rail.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != paper
    rail.get_by_role("button", name="Polish").click()

    expect(root).to_have_attribute("lang", "pl")
    expect(root).to_have_attribute("data-bs-theme", "dark")
    people["marketer"].refresh_from_db()
    assert (people["marketer"].language, people["marketer"].theme) == ("pl", "dark")
    page.reload()
    expect(root).to_have_attribute("lang", "pl")
    expect(page.get_by_role("combobox")).to_have_count(1)


def test_dates_and_second_values_are_typed_without_being_taken_away(enter: Enter) -> None:
    three_people()
    page = enter("marketer", "/customers/filter/")
    row = condition(page, 0)
    row.get_by_label("What to ask").select_option("joined_on")
    row.get_by_label("How").select_option("between")
    first, second = row.get_by_label("Value", exact=True), row.get_by_label("Second value")
    expect(second).to_be_visible()

    first.focus()
    page.keyboard.type("01022020")
    second.focus()
    page.keyboard.type("03042030")
    expect(page.locator("#filter-count")).to_have_text("3 customers fit")
    box = page.get_by_role("button", name="Add condition").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.wait_for_load_state("networkidle")
    page.mouse.up()

    expect(page.locator(".filter-condition")).to_have_count(2)
    expect(first).to_have_value("2020-01-02")
    expect(second).to_have_value("2030-03-04")
