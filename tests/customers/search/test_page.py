"""The page of search and the list under the box."""

from collections.abc import Callable

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["support", "marketer", "manager", "admin"])
def test_the_page_groups_what_is_found(role: str, people, sign_in: Callable[[str], Client]) -> None:
    page = sign_in(role).get("/search/", {"q": "kowal"})

    assert page.status_code == 200
    assert "<mark>Kowal</mark>" in page.content.decode()
    assert "<html" in page.content.decode()


def test_the_list_under_the_box_is_a_piece(people, sign_in) -> None:
    page = sign_in("support").get("/search/", {"q": "lukasz"}, headers={"HX-Request": "true"})

    text = page.content.decode()
    assert page.status_code == 200
    assert "<html" not in text
    assert 'role="group"' in text
    assert 'role="option"' in text
    assert "<mark>Łukasz</mark>" in text


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_nothing_found_offers_a_new_customer(htmx, sign_in) -> None:
    client = sign_in("support")

    by_mail = client.get("/search/", {"q": "new@example.pl"}, headers=htmx).content.decode()
    by_name = client.get("/search/", {"q": "Nowa Osoba"}, headers=htmx).content.decode()

    assert "/customers/new/?email=new%40example.pl" in by_mail
    assert "/customers/new/?name=Nowa%20Osoba" in by_name.replace("+", "%20")


def test_who_may_not_make_customers_is_not_offered_one(sign_in) -> None:
    page = sign_in("marketer").get("/search/", {"q": "new@example.pl"})

    assert "/customers/new/" not in page.content.decode()


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=%%", "q=a&q=b", "q[]=a", "x=1"])
def test_odd_questions_are_answered(query: str, sign_in) -> None:
    assert sign_in("support").get(f"/search/?{query}").status_code == 200


@pytest.mark.parametrize("query", ["q=%00", "q=a%ff"])
def test_unreadable_questions_are_refused(query: str, sign_in) -> None:
    assert sign_in("support").get(f"/search/?{query}").status_code == 400


def test_a_question_of_many_letters_is_cut_with_a_word_about_it(sign_in) -> None:
    page = sign_in("support").get("/search/", {"q": "x" * 300})

    assert page.status_code == 200
    assert "200" in page.content.decode()
