"""A complaint from the first word to the decision, with the keyboard where that is quicker."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from support.models import Case, CaseState
from tests.factories.cases import cause_of
from tests.flows.conftest import axe_violations, is_too_wide
from tests.flows.world import add_customer

Enter = Callable[..., Page]


def test_a_complaint_is_opened_taken_answered_and_resolved(enter: Enter) -> None:
    cause_of()
    customer = add_customer("Zofia Wrzos", email="zofia@example.pl")
    page = enter("support", f"/customers/{customer.pk}/")

    page.get_by_role("link", name="New case").click()
    page.get_by_label("What it is about").fill("Bowl cracked on delivery")
    page.get_by_label("Cause").select_option(label="Damaged on the way")
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bowl cracked on delivery")

    page.keyboard.press("t")
    expect(page.get_by_text("It is yours.")).to_be_visible()
    page.keyboard.press("l")
    page.keyboard.type("A new one goes out today.")
    page.get_by_label("Who began").select_option("out")
    page.get_by_label("Outcome").select_option("answered")
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_text("It is with the case.")).to_be_visible()
    assert not is_too_wide(page)
    assert axe_violations(page) == []

    page.keyboard.press("r")
    page.get_by_text("Upheld", exact=True).click()
    page.get_by_label("Why").fill("Badly packed.")
    page.get_by_role("button", name="Resolve the case").click()
    expect(page.get_by_text("The case is resolved.")).to_be_visible()
    case = Case.objects.get()
    assert (case.state, case.root_cause) == (CaseState.RESOLVED, cause_of())

    manager = enter("manager", "/cases/?view=done")
    expect(manager.get_by_role("link", name="Bowl cracked on delivery")).to_be_visible()
    assert axe_violations(manager) == []


def test_a_case_is_worked_on_with_the_keyboard_alone(enter: Enter) -> None:
    cause_of()
    customer = add_customer("Zofia Wrzos", email="zofia@example.pl")
    page = enter("support", f"/customers/{customer.pk}/cases/new/")

    page.get_by_label("What it is about").focus()
    page.keyboard.type("Where is my parcel?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Where is my parcel?")
    page.keyboard.press("t")
    # A complaint needs a cause first: the form asks for it.
    page.get_by_label("Cause").focus()
    page.keyboard.type("Damaged")
    page.get_by_role("button", name="Save the case").press("Enter")
    expect(page.get_by_text("The case is saved.")).to_be_visible()
    page.keyboard.press("t")
    expect(page.get_by_text("It is yours.")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("p")

    expect(page.get_by_role("link", name="Where is my parcel?")).to_be_visible()
