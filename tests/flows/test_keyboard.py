"""Everything by keyboard: the way in, menus and dialogs, and always to be seen where one is."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from tests.flows.world import add_customer, fill_shop

Enter = Callable[..., Page]
# Where the focus is, and whether the page shows it: by a ring on it, after it, or around it.
WHERE = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const ring = (of, part) => {
    const style = getComputedStyle(of, part);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  };
  const drawn = [...element.querySelectorAll('.hit, .column')].map((part) =>
    getComputedStyle(part));
  const holder = element.closest('label, .composer, .search-field');
  const box = element.getBoundingClientRect();
  return {
    name: element.outerHTML.slice(0, 110),
    // The button inside a date field has the browser's own ring.
    seen: !element.matches(':focus') || ring(element) || ring(element, '::after') ||
      !!holder && ring(holder) ||
      drawn.some((style) => style.stroke !== 'none' && style.strokeWidth === '2px'),
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


def focus(page: Page) -> dict[str, Any] | None:
    found: dict[str, Any] | None = page.evaluate(WHERE)
    return found


def arrive(page: Page, title: str) -> None:
    """The page is there with its scripts, so that keys are heard."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.wait_for_load_state()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def ensure_focused(element: Locator) -> None:
    expect(element).to_be_focused()


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(enter: Enter) -> None:
    page = enter("support", "/customers/")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).not_to_be_in_viewport()

    press(page, "Tab")
    ensure_focused(skip)
    expect(skip).to_be_in_viewport()
    press(page, "Enter")

    ensure_focused(page.locator("#main"))
    press(page, "Tab")
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_the_rail_is_walked_by_tab_and_jumped_to_by_keys(enter: Enter) -> None:
    page = enter("manager", "/customers/")
    rail = page.get_by_role("navigation", name="Main", exact=True)
    press(page, "Tab", "Tab", "Tab")
    ensure_focused(rail.get_by_role("link", name="Today"))

    links = rail.get_by_role("link").all_inner_texts()
    press(page, *["Tab"] * (links.index("Retention") - links.index("Today")))
    ensure_focused(rail.get_by_role("link", name="Retention"))
    press(page, "Enter")

    arrive(page, "Do customers stay?")
    for key, title in {"t": "Today", "c": "Customers", "s": "Branches"}.items():
        press(page, "g", key)
        arrive(page, title)


def test_the_menu_of_new_things_opens_walks_and_gives_the_focus_back(enter: Enter) -> None:
    page = enter("support", "/customers/")
    menu = page.locator(".top details")
    summary, items = menu.locator("summary"), menu.locator(".menu-item")

    press(page, "n")
    expect(menu).to_have_attribute("open", "")
    press(page, "ArrowDown")
    ensure_focused(items.first)
    press(page, "ArrowUp")
    ensure_focused(items.last)
    press(page, "Escape")

    expect(menu).not_to_have_attribute("open", "")
    ensure_focused(summary)
    press(page, "Enter", "ArrowDown", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("New customer")


def test_the_list_of_keys_holds_the_focus_and_gives_it_back(enter: Enter) -> None:
    page = enter("support", "/customers/")
    dialog, search = page.locator("#help"), page.get_by_role("combobox", name="Search")
    link = page.get_by_role("navigation", name="Main", exact=True).get_by_role(
        "link", name="Retention"
    )
    link.focus()
    press(page, "?")
    expect(dialog).to_be_visible()

    for _turn in range(5):
        press(page, "Tab")
        assert page.evaluate(
            "document.activeElement === document.body"
            " || document.getElementById('help').contains(document.activeElement)"
        )
    press(page, "/")
    expect(search).not_to_be_focused()
    press(page, "Escape")

    expect(dialog).to_be_hidden()
    ensure_focused(link)


def test_a_dialog_opened_from_a_menu_gives_the_focus_back_to_the_menu(enter: Enter) -> None:
    page = enter("support", "/customers/")
    person = page.locator(".rail-foot details")
    person.locator("summary").focus()
    press(page, "Enter")
    person.get_by_role("button", name="Keyboard shortcuts").focus()

    press(page, "Enter")
    expect(page.locator("#help")).to_be_visible()
    press(page, "Escape")

    expect(page.locator("#help")).to_be_hidden()
    ensure_focused(person.locator("summary"))


def test_single_keys_are_switched_off_for_this_device(enter: Enter) -> None:
    page = enter("support", "/customers/")
    press(page, "?")
    page.get_by_label("Use single-key shortcuts on this device").uncheck()
    press(page, "Escape", "/")
    expect(page.get_by_role("combobox", name="Search")).not_to_be_focused()

    page.reload()
    press(page, "g", "t", "n")

    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    expect(page.locator(".top details")).not_to_have_attribute("open", "")


def test_an_act_that_asks_first_is_left_by_escape_and_done_by_enter(
    enter: Enter, people: dict[str, User]
) -> None:
    page = enter("manager", f"/settings/team/{people['support'].pk}/")
    button = page.get_by_role("button", name="Give new password")
    button.focus()

    press(page, "Enter")
    dialog = page.locator("#confirm")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Give Support a new one-time password?")
    press(page, "Escape")
    expect(dialog).to_be_hidden()
    ensure_focused(button)
    press(page, "Enter")
    ensure_focused(dialog.get_by_role("button", name="Go back"))
    press(page, "Tab")
    ensure_focused(dialog.get_by_role("button", name="Give new password"))
    press(page, "Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("One-time password for Support")


def test_the_search_closes_by_escape_and_keeps_what_was_typed(enter: Enter) -> None:
    add_customer("Anna Nowak", email="anna@example.pl")
    page = enter("support", "/customers/")
    search = page.get_by_role("combobox", name="Search")
    options = page.get_by_role("listbox", name="Search results").get_by_role("option")
    press(page, "/")
    page.keyboard.type("now")
    expect(options).to_have_count(1)
    expect(search).to_have_attribute("aria-expanded", "true")

    press(page, "Escape")

    expect(search).to_have_attribute("aria-expanded", "false")
    expect(options).to_have_count(0)
    expect(search).to_have_value("now")
    ensure_focused(search)
    press(page, "Escape")
    expect(search).not_to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address", ["/customers/", "/customers/{}/", "/settings/", "/import/", "/retention/"]
)
def test_each_stop_of_the_keyboard_is_seen(enter: Enter, scheme: str, address: str) -> None:
    customer = add_customer("Anna Nowak", email="anna@example.pl")
    if address == "/retention/":
        fill_shop()
    page = enter("admin", address.format(customer.pk))
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    stops = []
    for _stop in range(80):
        press(page, "Tab")
        stop = focus(page)
        if stop is None:
            break
        stops.append(stop)

    assert len(stops) > 15
    assert [stop["name"] for stop in stops if not stop["seen"]] == []
    assert [stop["name"] for stop in stops if not stop["inside"]] == []
