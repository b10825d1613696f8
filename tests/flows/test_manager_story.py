"""A manager's day: bring the shop's files in, read whether customers stay, add to the team."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from core import clock
from core.services.jobs import run_due
from customers.models import Customer, Purchase
from tests.flows.world import fill_shop

Enter = Callable[..., Page]
CUSTOMERS = """Nr klienta;E-mail;Imię;Nazwisko;Telefon
K1;zolta@example.pl;Żółta;Gęś;+48 601 000 001
K2;nie-adres;Jan;Kowalski;+48 601 000 002
K3;ewa@example.pl;Ewa;Łoś;
"""
PURCHASES = """Numer zamówienia;Data;Kwota;Nr klienta;Waluta
Z-1;05.01.2026;1 234,50;K1;PLN
Z-2;06.02.2026;79,99;K3;PLN
Z-3;31.02.2026;10,00;K3;PLN
Z-4;07.03.2026;20,01;K1;PLN
"""


def bring(page: Page, kind: str, name: str, text: str) -> None:
    """Put a file of Windows-1250 on the page and have it looked at, until its check is done."""
    page.locator(".choices label", has_text=kind).click()
    file = {"name": name, "mimeType": "text/csv", "buffer": text.encode("cp1250")}
    page.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_text("It begins in a moment.")).to_be_visible()
    run_due(clock.now())


def figures(page: Page) -> dict[str, str]:
    """The result's numbers by their words."""
    shown = page.locator("main .figures .stat").evaluate_all(
        "stats => stats.map(s => [s.querySelector('.stat-label').textContent,"
        " s.querySelector('.stat-value').textContent.trim()])"
    )
    return dict(shown)


def read(download: Download) -> list[list[str]]:
    text = Path(download.path()).read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_a_file_of_customers_is_understood_checked_and_imported(enter: Enter) -> None:
    page = enter("manager", "/import/")

    bring(page, "Customers", "klienci.csv", CUSTOMERS)

    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    assert figures(page)["New"] == "2"
    assert figures(page)["Rejected"] == "1"
    expect(page.get_by_role("row", name="nie-adres").first).to_be_visible()
    expect(page.get_by_role("cell", name="Łoś", exact=True)).to_be_visible()
    assert not Customer.objects.exists()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Importing")).to_be_visible()
    run_due(clock.now())

    expect(page.get_by_role("heading", name="Done", exact=True)).to_be_visible()
    assert figures(page)["New"] == "2"
    assert sorted(map(str, Customer.objects.all())) == ["Ewa Łoś", "Żółta Gęś"]
    with page.expect_download() as told:
        page.get_by_role("link", name="Download the rejected rows").click()
    header, row = read(told.value)
    assert header[:5] == ["Nr klienta", "E-mail", "Imię", "Nazwisko", "Telefon"]
    assert row[:2] == ["K2", "nie-adres"]
    assert row[-1] == "This is not an e-mail address."


def test_a_file_of_purchases_becomes_figures(enter: Enter) -> None:
    page = enter("manager", "/import/")
    bring(page, "Purchases", "zakupy.csv", PURCHASES)

    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    assert figures(page) == {
        "New": "3",
        "Changed": "0",
        "Unchanged": "0",
        "Left out": "0",
        "Rejected": "1",
        "New customers": "2",
    }
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Importing")).to_be_visible()
    run_due(clock.now())
    expect(page.get_by_role("heading", name="Done", exact=True)).to_be_visible()

    amounts = Purchase.objects.order_by("number").values_list("number", "gross_minor")
    assert list(amounts) == [("Z-1", 123_450), ("Z-2", 7_999), ("Z-4", 2_001)]
    page.get_by_role("link", name="Bring another file").click()
    expect(page.get_by_role("row", name="zakupy.csv")).to_contain_text("Done")
    page.wait_for_load_state()
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", level=1)).to_have_text("Do customers stay?")
    expect(page.locator(".report-sentence")).to_contain_text("bought for the first time")


def test_a_file_that_is_not_understood_is_put_right_on_the_page(enter: Enter) -> None:
    page = enter("manager", "/import/")
    page.locator(".choices label", has_text="Customers").click()
    odd = b"alfa;beta\nK1;ewa@example.pl\n"
    file = {"name": "dziwny.csv", "mimeType": "text/csv", "buffer": odd}
    page.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]
    page.get_by_role("button", name="Look at the file").click()
    expect(page.locator(".alert-danger")).to_be_visible()

    page.get_by_label("Customer number").select_option(label="alfa")
    page.get_by_label("E-mail").select_option(label="beta")
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("It begins in a moment.")).to_be_visible()
    run_due(clock.now())

    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    assert figures(page)["New"] == "1"
    page.get_by_role("button", name="Throw the file away").click()
    expect(page.get_by_text("The file is thrown away.")).to_be_visible()
    expect(page.get_by_text("Nothing was imported yet")).to_be_visible()


@pytest.mark.parametrize("what", ["stayed", "left", "new"])
def test_a_number_opens_the_list_behind_it(enter: Enter, what: str) -> None:
    fill_shop()
    page = enter("manager", "/retention/?window=180")
    expect(page.locator(".report-sentence")).to_contain_text("customers you had on")
    bar = page.locator(".bars a", has_text=what.capitalize()).first
    number = int(bar.locator(".bar-value").inner_text())

    bar.click()

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(f"{number} ")
    expect(page.locator("tbody tr")).to_have_count(number)
    if number:
        with page.expect_download() as told:
            page.get_by_role("link", name="CSV with contacts").click()
        assert len(read(told.value)) == number + 1
    page.get_by_role("link", name="Do customers stay?").click()
    expect(page).to_have_url(re.compile("window=180"))


def test_the_sentence_agrees_with_its_lists_and_files(enter: Enter) -> None:
    fill_shop()
    page = enter("manager", "/retention/")
    links = page.locator(".report-sentence .figure-link")
    start = int(links.first.inner_text())
    with page.expect_download() as told:
        page.locator("summary", has_text="CSV").click()
        page.get_by_role("link", name="Figures of this period").click()
    header, row, *_before = read(told.value)
    assert dict(zip(header, row, strict=True))["customers_at_start"] == str(start)

    links.first.click()

    expect(page.locator("tbody tr")).to_have_count(start)


def test_a_new_colleague_gets_a_password_once_and_chooses_their_own(
    enter: Enter, browser: Browser, live_server: LiveServer
) -> None:
    page = enter("manager", "/settings/team/")
    page.get_by_role("link", name="Add person").click()
    page.get_by_label("Sign-in name").fill("ola")
    page.get_by_label("Name", exact=True).fill("Ola Lis")
    page.get_by_role("button", name="Add person").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One-time password for Ola Lis")
    password = page.locator("#password").inner_text()

    theirs = browser.new_context().new_page()
    theirs.goto(live_server.url)
    theirs.get_by_label("Sign-in name").fill("ola")
    theirs.get_by_label("Password").fill(password)
    theirs.keyboard.press("Enter")
    expect(theirs.get_by_text("Choose your own password")).to_be_visible()
    theirs.get_by_label("Present password").fill(password)
    theirs.get_by_label("New password").fill("five blue bowls")
    theirs.keyboard.press("Enter")

    expect(theirs.get_by_text("Your password is changed.")).to_be_visible()
    expect(theirs.get_by_role("heading", level=1)).to_have_text("My day")
    theirs.context.close()
    assert User.objects.get(username="ola").check_password("five blue bowls")
    page.get_by_role("link", name="Done, back to the team").click()
    expect(page.get_by_role("row", name="Ola Lis")).to_contain_text("Support")
    assert password not in page.content()
