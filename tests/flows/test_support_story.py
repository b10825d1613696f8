"""A day at the support desk: finding people, writing down what was said, keeping promises."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from core import clock
from core.clock import local_date
from core.services.shop import get_shop
from customers.models import (
    ConsentEntry,
    Customer,
    FollowUp,
    Interaction,
    InteractionDraft,
    Purchase,
    Refund,
)
from customers.services.purchases import add_purchase
from tests.flows.conftest import is_too_wide
from tests.flows.world import add_customer

Enter = Callable[..., Page]
SAID = "Asked whether the blue bowl is back"


def lukasz() -> Customer:
    return add_customer("Łukasz Wójcik", phone="+48 601 222 333", email="lukasz@example.pl")


def find(page: Page, typed: str) -> Locator:
    """Type into the search box, reached by its key; the options under it."""
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()
    page.keyboard.type(typed)
    return page.get_by_role("listbox", name="Search results").get_by_role("option")


@pytest.mark.parametrize("typed", ["lukasz", "wojick", "Wojcik lukas", "601-222-333", "0048601222"])
def test_a_caller_is_found_by_a_slip_of_the_pen_and_opened_with_the_keyboard(
    enter: Enter, typed: str
) -> None:
    add_customer("Anna Nowak", phone="+48 600 100 100")
    lukasz()
    page = enter("support")

    options = find(page, typed)
    expect(options).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(options).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Łukasz Wójcik")


def log_call_with_next_step(page: Page) -> None:
    """`l`, the words, the next step: without the mouse."""
    page.keyboard.press("l")
    expect(page.get_by_label("What was said")).to_be_focused()
    page.keyboard.type(SAID)
    for _field in ("who began", "outcome", "next step"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Next step", exact=True)).to_be_focused()
    page.keyboard.type("Call back about the bowl")
    page.get_by_label("On", exact=True).fill(str(local_date(clock.now(), get_shop().zone)))
    page.keyboard.press("Enter")


def test_a_call_is_logged_with_a_promise_and_taken_back(enter: Enter) -> None:
    customer = lukasz()
    page = enter("support", f"/customers/{customer.pk}/")

    log_call_with_next_step(page)

    expect(page.get_by_text("It is on the file.")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text(SAID)
    expect(page.locator("#promised")).to_contain_text("Call back about the bowl")
    assert list(Interaction.objects.values_list("text", "actor__username")) == [(SAID, "support")]

    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("It is taken back.")).to_be_visible()
    expect(page.locator("#timeline")).not_to_contain_text(SAID)
    expect(page.locator("#promised")).to_contain_text("Nothing promised")
    assert not Interaction.objects.exists()
    assert not FollowUp.objects.exists()


def test_a_call_is_logged_in_three_strokes_and_its_words(enter: Enter) -> None:
    page = enter("support", f"/customers/{lukasz().pk}/")

    page.keyboard.press("l")
    page.keyboard.type(SAID)
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("It is on the file.")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text(SAID)
    expect(page.get_by_text("Your draft is back")).to_have_count(0)


def test_half_a_sentence_survives_a_reload_and_enter_logs_it(enter: Enter) -> None:
    customer = lukasz()
    page = enter("support", f"/customers/{customer.pk}/")
    page.keyboard.press("l")
    page.keyboard.type("Half a sentence")
    expect(page.get_by_text("Draft kept")).to_be_visible()

    page.reload()

    expect(page.get_by_text("Your draft is back")).to_be_visible()
    expect(page.get_by_label("What was said")).to_have_value("Half a sentence")
    page.locator(".composer-next summary").click()
    page.get_by_label("Next step", exact=True).fill("Finish it")
    page.get_by_label("On", exact=True).fill(str(local_date(clock.now(), get_shop().zone)))
    page.get_by_label("Next step", exact=True).press("Enter")
    expect(page.get_by_text("It is on the file.")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text("Half a sentence")
    expect(page.get_by_label("What was said")).to_have_value("")


def test_a_call_sent_while_its_draft_is_on_the_way_leaves_no_draft(enter: Enter) -> None:
    customer = lukasz()
    page = enter("support", f"/customers/{customer.pk}/")
    held: list[Route] = []
    page.route("**/draft/", lambda route: held.append(route))
    page.keyboard.press("l")
    with page.expect_request("**/draft/"):
        page.keyboard.type(SAID)

    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Keeping a draft")).to_be_visible()
    assert not Interaction.objects.exists()
    held[0].continue_()

    expect(page.get_by_text("It is on the file.")).to_be_visible()
    expect(page.get_by_text("Your draft is back")).to_have_count(0)
    assert list(Interaction.objects.values_list("text", flat=True)) == [SAID]
    assert not InteractionDraft.objects.exists()


def test_a_draft_is_discarded(enter: Enter) -> None:
    customer = lukasz()
    page = enter("support", f"/customers/{customer.pk}/")
    page.keyboard.press("l")
    page.keyboard.type("Never mind")
    expect(page.get_by_text("Draft kept")).to_be_visible()
    page.reload()

    page.get_by_role("button", name="Discard it").click()

    expect(page.get_by_label("What was said")).to_have_value("")
    expect(page.get_by_text("Your draft is back")).to_have_count(0)


def test_a_promise_stands_on_the_day_is_done_and_taken_back(enter: Enter) -> None:
    customer = lukasz()
    page = enter("support", f"/customers/{customer.pk}/")
    log_call_with_next_step(page)
    expect(page.get_by_text("It is on the file.")).to_be_visible()

    page.wait_for_load_state()
    page.keyboard.press("g")
    page.keyboard.press("t")

    expect(page.get_by_role("heading", level=1)).to_have_text("My day")
    row = page.locator(".day-row")
    expect(row).to_contain_text("Łukasz Wójcik")
    expect(row).to_contain_text("+48 601 222 333")
    expect(row).to_contain_text(SAID)
    row.get_by_role("button", name="Done Call back about the bowl").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It is open again: Call back about the bowl")).to_be_visible()
    expect(page.locator(".day-row")).to_have_count(1)
    page.get_by_role("button", name="Done Call back about the bowl").click()
    expect(page.locator(".day-row")).to_have_count(0)
    expect(page.get_by_role("heading", name="Done today")).to_be_visible()
    page.get_by_role("button", name="Take back Call back about the bowl").click()
    expect(page.locator(".day-row")).to_have_count(1)
    assert list(FollowUp.objects.values_list("what", "done_at")) == [
        ("Call back about the bowl", None)
    ]


def test_a_promise_is_put_off_and_taken_over(enter: Enter) -> None:
    customer, today = lukasz(), local_date(clock.now(), get_shop().zone)
    FollowUp.objects.create(
        customer=customer, what="Send a photo", due_on=today, created_at=clock.now()
    )
    page = enter("support", "/day/?who=nobody")

    page.get_by_role("button", name="Take it Send a photo").click()
    expect(page.get_by_text("It is yours: Send a photo")).to_be_visible()
    page.get_by_role("link", name="Mine").click()
    page.locator(".day-row summary").click()
    page.get_by_role("button", name="Put off to tomorrow").click()

    expect(page.get_by_text("Nothing is waiting")).to_be_visible()
    row = FollowUp.objects.select_related("assignee").get()
    assert (row.due_on, row.assignee.username) == (today + timedelta(days=1), "support")


@pytest.mark.parametrize(
    ("typed", "first", "last", "email", "phone"),
    [
        ("Zofia Testowa", "Zofia", "Testowa", "", "+48 602 000 111"),
        ("zofia@example.pl", "Zofia", "Testowa", "zofia@example.pl", ""),
        ("602 000 111", "Zofia", "Testowa", "", "602 000 111"),
    ],
)
def test_who_is_not_found_is_added_with_what_was_typed(
    enter: Enter, typed: str, first: str, last: str, email: str, phone: str
) -> None:
    page = enter("support")
    option = find(page, typed)
    expect(option).to_have_text(f"New customer: {typed}")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("New customer")
    given = page.locator(f"main input[value='{typed.split()[0]}'], main input[value='{typed}']")
    expect(given).to_have_count(1)

    for label, value in {
        "First name": first,
        "Last name": last,
        "E-mail": email,
        "Phone": phone,
    }.items():
        if value:
            page.get_by_label(label, exact=True).fill(value)
    page.keyboard.press("Enter")

    expect(page.get_by_text("Zofia Testowa is on file.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zofia Testowa")
    assert Customer.objects.count() == 1


def test_a_consent_is_recorded_with_its_proof_and_withdrawn(enter: Enter) -> None:
    customer = lukasz()
    page = enter("support", f"/customers/{customer.pk}/consents/")
    form = page.locator("main form", has_text="Record a consent")
    form.get_by_role("button", name="Record the consent").click()
    expect(page.get_by_text("This field is required.").first).to_be_visible()

    form.get_by_role("textbox", name="Wording").fill("I want to hear about offers.")
    form.get_by_label("Proof").fill("Paper form 117")
    form.get_by_role("button", name="Record the consent").click()
    expect(page.get_by_text("The consent is recorded with its proof.")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Paper form 117")
    page.get_by_role("button", name="Take back").click()

    expect(page.get_by_text("The consent is taken back.")).to_be_visible()
    expect(page.get_by_role("button", name="Take back")).to_have_count(0)
    actions = ConsentEntry.objects.order_by("pk").values_list("action", "source_note")
    assert list(actions) == [("granted", "Paper form 117"), ("withdrawn", "")]


def test_a_purchase_by_hand_changes_the_figures_and_is_taken_back(enter: Enter) -> None:
    customer = lukasz()
    page = enter("support", f"/customers/{customer.pk}/")
    figures = page.locator(".customer-figures")
    expect(figures).to_contain_text("None yet")

    page.get_by_role("link", name="New purchase").click()
    page.get_by_label("Amount").fill("1.120")
    page.get_by_label("Amount").press("Enter")
    expect(page.locator(".invalid-feedback")).to_be_visible()
    page.get_by_label("Amount").fill("1 120,50")
    page.get_by_role("button", name="Add the purchase").click()

    expect(page.get_by_text("The purchase is on file.")).to_be_visible()
    expect(figures).to_contain_text("Today")
    expect(figures).to_contain_text("PLN 1,120.50")
    expect(figures).to_contain_text("1 purchase")
    expect(page.locator("#timeline")).to_contain_text("PLN 1,120.50")
    assert list(Purchase.objects.values_list("gross_minor", "currency")) == [(112_050, "PLN")]

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The purchase is taken back.")).to_be_visible()
    expect(figures).to_contain_text("None yet")
    assert not Purchase.objects.exists()


def test_a_refund_is_recorded_from_the_timeline_by_keyboard_on_a_phone(enter: Enter) -> None:
    customer = lukasz()
    add_purchase(
        actor=None,
        customer=customer,
        number="77",
        occurred_at=clock.now() - timedelta(days=3),
        amount_minor=12_000,
        currency="PLN",
    )
    page = enter("support", f"/customers/{customer.pk}/", width=360, height=740)
    entry = page.locator("#timeline details", has_text="PLN 120.00")

    entry.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(entry.get_by_role("link", name="Record a refund")).to_be_in_viewport(ratio=1)
    assert not is_too_wide(page)
    page.keyboard.press("Tab")
    expect(entry.get_by_role("link", name="Record a refund")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Refund of order 77")
    page.get_by_label("Amount given back").fill("20,00 zł")
    page.keyboard.press("Enter")

    expect(page.get_by_text("The refund is on file.")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text("Refund PLN 20.00")
    assert list(Refund.objects.values_list("amount_minor", flat=True)) == [2_000]
