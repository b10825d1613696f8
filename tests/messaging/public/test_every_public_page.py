"""What holds for every page that customers reach by a link: no sign-in, no cookie, the
customer's language, one answer for every wrong link."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import policy
from core.middleware.headers import PUBLIC_HEADERS
from core.signing import make_token
from customers.models import (
    Customer,
    PreferenceChange,
)
from messaging.public_links import one_click_url, unsubscribe_url
from tests.factories.customers import NOON
from tests.hostile.test_queries import written
from tests.messaging.public.links import (
    FORM,
    choose_path,
    confirm_path,
    leave_path,
    link,
    path,
    strict,
)

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "pl", "cs", "ro")


# Providers' posts are no pages: see tests/messaging/hooks/.
PUBLIC = [
    name
    for name, rule in policy.routes.items()
    if name.startswith("messaging:") and rule.public and name != "messaging:mail_hook"
]


def every_page(customer: Customer) -> dict[str, tuple[str, str]]:
    """A method and address for each public route."""
    choose = choose_path(customer)
    leave = path(unsubscribe_url(link(customer)))
    change = PreferenceChange.objects.create(
        customer=customer, wish="unsubscribed", source="link", at=NOON
    )
    undo = make_token("undo", [change.pk])
    return {
        "messaging:shop_style": ("GET", "/p/shop.css"),
        "messaging:unsubscribe": ("GET", leave),
        "messaging:one_click": ("POST", path(one_click_url(link(customer)))),
        "messaging:undo": ("POST", f"/p/undo/{undo}/"),
        "messaging:preferences": ("GET", choose),
        "messaging:preferences_pause": ("POST", f"{choose}pause/"),
        "messaging:preferences_resume": ("POST", f"{choose}resumption/"),
        "messaging:preferences_leave": ("POST", f"{choose}departure/"),
        "messaging:preferences_return": ("POST", f"{choose}return/"),
        "messaging:confirm": ("GET", confirm_path(customer)),
        "messaging:confirm_renew": ("POST", f"{confirm_path(customer)}renewal/"),
    }


def test_the_table_knows_every_public_page(anna) -> None:
    assert set(every_page(anna)) == set(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_need_and_leave_no_cookie_and_tell_nobody(anna, name: str) -> None:
    method, address = every_page(anna)[name]

    answer = strict().generic(method, address, content_type=FORM)

    assert answer.status_code in {200, 302}
    assert not answer.cookies
    assert {key: answer.get(key) for key in PUBLIC_HEADERS} == PUBLIC_HEADERS
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
def test_public_pages_know_no_other_methods(anna, name: str, method: str) -> None:
    _method, address = every_page(anna)[name]
    with CaptureQueriesContext(connection) as queries:
        answer = strict().generic(method, address)

    assert answer.status_code == 405
    assert written(queries) == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_changes_things_is_reached_by_post_alone(anna, method: str) -> None:
    for usual, address in every_page(anna).values():
        if usual == "POST" and "one-click" not in address:
            answer = strict().generic(method, address)
            assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_the_address_of_a_button_leads_back_to_its_page(anna) -> None:
    place = choose_path(anna)

    page = strict().get(f"{place}departure/").content.decode()

    assert "Nothing was changed" in page
    assert f'href="{place}"' in page


def test_a_page_that_is_not_there_sends_no_customer_to_the_team(anna) -> None:
    page = strict().get(f"{choose_path(anna)}x/y/").content.decode()

    assert "This link does not work" in page
    assert 'href="/"' not in page


def wrong_links(customer: Customer) -> list[str]:
    right = [choose_path(customer), leave_path(customer), confirm_path(customer)]
    pages = ("unsubscribe", "preferences", "confirm", "undo")
    made = [f"/p/{page}/{token}/" for page in pages for token in ("never", "a.b.c")]
    shape = [make_token(page, ["x", None, 2**70, "y"]) for page in pages]
    shapes = [f"/p/{page}/{token}/" for page, token in zip(pages, shape, strict=True)]
    gone = [f"/p/{page}/{make_token(page, [2**62])}/" for page in ("confirm", "undo")]
    return [*(address[:-2] + "/" for address in right), *made, *shapes, *gone]


def test_every_wrong_link_gets_the_same_answer(anna) -> None:
    answers = set()
    for number, address in enumerate(wrong_links(anna)):
        from_where = {"REMOTE_ADDR": f"10.0.0.{number}"}
        answers.add(strict().post(address, **from_where).content)
        if "undo" not in address:
            answers.add(strict().get(address, **from_where).content)

    assert len(answers) == 1
    assert b"This link does not work" in answers.pop()


def test_many_wrong_links_are_too_many(anna) -> None:
    found = [strict().get(f"/p/preferences/wrong{n}/").status_code for n in range(35)]

    assert found == [404] * 30 + [429] * 5
    assert strict().get(choose_path(anna)).status_code == 200


def test_one_link_is_used_thirty_times_a_minute(anna) -> None:
    address = f"{choose_path(anna)}pause/"

    found = [strict().post(address).status_code for _time in range(32)]

    assert found == [302] * 30 + [429] * 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_the_customers_language_whatever_the_browsers(anna, language: str) -> None:
    Customer.objects.filter(pk=anna.pk).update(language=language)
    for method, address in every_page(anna).values():
        if method == "GET" and not address.endswith(".css"):
            answer = Client().get(address, headers={"accept-language": "ro,cs"})
            assert f'<html lang="{language}">' in answer.content.decode()


def test_a_language_that_pages_do_not_speak_is_the_shops(anna, shop) -> None:
    Customer.objects.filter(pk=anna.pk).update(language="de")
    shop.language = "ro"
    shop.save()

    assert b'<html lang="ro">' in Client().get(choose_path(anna)).content


def test_a_wrong_link_speaks_the_browsers_language() -> None:
    answer = Client().get("/p/preferences/never/", headers={"accept-language": "pl"})

    assert b'<html lang="pl">' in answer.content


def test_the_shops_colour_and_name_stand_on_every_page(anna, shop) -> None:
    shop.color, shop.name = "#ffee00", "Clay & Leaf"
    shop.save()

    sheet = Client().get("/p/shop.css")
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert sheet.content == b":root{--brand:#ffee00;--on-brand:#000000}\n"
    assert b"Clay &amp; Leaf" in Client().get(choose_path(anna)).content
