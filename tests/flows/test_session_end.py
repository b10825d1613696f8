"""A session that ends before a talk is logged: the text comes back after signing in."""

from collections.abc import Callable

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from customers.models import Interaction
from tests.factories.customers import CustomerFactory

TEXT = "She asks for the blue vase"


def test_what_was_typed_outlives_the_session(enter: Callable[..., Page]) -> None:
    anna = CustomerFactory(first_name="Anna", last_name="Nowak")
    page = enter("support", f"/customers/{anna.pk}/")
    Session.objects.all().delete()
    composer = page.locator("#composer")
    composer.locator("[name=text]").fill(TEXT)
    composer.get_by_role("button", name="Log it").click()

    page.get_by_label("Sign-in name").fill("support")
    page.get_by_label("Password").fill("correct horse battery")
    page.keyboard.press("Enter")

    expect(composer.locator("[name=text]")).to_have_value(TEXT)
    composer.get_by_role("button", name="Log it").click()
    expect(page.get_by_text("It is on the file.")).to_be_visible()
    expect(composer.locator("[name=text]")).to_have_value("")
    assert Interaction.objects.get().text == TEXT


def test_a_draft_is_not_said_to_be_kept_when_the_session_is_over(
    enter: Callable[..., Page],
) -> None:
    page = enter("support", f"/customers/{CustomerFactory().pk}/")
    Session.objects.all().delete()

    page.locator("#composer [name=text]").fill(TEXT)

    expect(page.get_by_text("The draft could not be kept")).to_be_visible()
