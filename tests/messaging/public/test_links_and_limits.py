"""What stands behind the links of mails: bound to one purpose, whole or worth nothing; and the
pages at the edges of time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from core.signing import BadToken, ExpiredToken, make_token
from customers.models import (
    ConsentEntry,
    ConsentRequest,
    Customer,
    PreferenceChange,
    Suppression,
)
from customers.services.consent_requests import request_consent
from customers.suppressions import key_of
from messaging import public_links
from messaging.public_links import (
    CHOOSING,
    CONFIRMING,
    LEAVING,
    UNDOING,
    MailLink,
    one_click_url,
    preferences_token,
    read_id,
    read_mail_link,
    read_preferences_link,
    undo_token,
    unsubscribe_url,
)
from tests.factories.customers import NOON, CustomerFactory, IdentityFactory
from tests.factories.permission import SuppressionFactory
from tests.messaging.public.links import (
    ANNA,
    DAY,
    choose_path,
    confirm_path,
    form_in,
    leave_path,
    link,
    may,
    path,
    strict,
)

SECOND = timedelta(seconds=1)
PURPOSES = (LEAVING, CHOOSING, CONFIRMING, UNDOING)
words = st.text(max_size=20)
links = st.builds(
    MailLink,
    customer_id=st.integers(0, 2**63 - 1),
    address_key=words,
    message_class=st.sampled_from(["service", "marketing", "survey"]),
    topic=words,
    message_id=st.none() | st.integers(0, 2**63 - 1) | words,
)


def token_of(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]


@given(links, st.integers(0, 40_000))
def test_a_mails_link_says_what_was_put_in_whenever_it_is_read(mail: MailLink, days: int) -> None:
    for url in (unsubscribe_url(mail), one_click_url(mail)):
        assert read_mail_link(token_of(url), NOON + timedelta(days=days)) == mail


@given(links, st.data())
def test_a_link_with_one_letter_changed_is_worth_nothing(
    mail: MailLink, data: st.DataObject
) -> None:
    token = token_of(unsubscribe_url(mail))
    place = data.draw(st.integers(0, len(token) - 2))
    other = data.draw(st.sampled_from("AZaz09-_.").filter(lambda sign: sign != token[place]))

    with pytest.raises(BadToken):
        read_mail_link(token[:place] + other + token[place + 1 :], NOON)


READERS: dict[str, Callable[[str], object]] = {
    LEAVING: lambda token: read_mail_link(token, NOON),
    CHOOSING: lambda token: read_preferences_link(token, NOON),
    CONFIRMING: lambda token: read_id(CONFIRMING, token, NOON),
    UNDOING: lambda token: read_id(UNDOING, token, NOON),
}
SHAPES: dict[str, list[Any]] = {
    LEAVING: [5, "key", "marketing", "", None],
    CHOOSING: [5, "key"],
    CONFIRMING: [5],
    UNDOING: [5],
}


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("made_for", PURPOSES)
def test_a_word_is_good_for_its_own_purpose_alone(purpose: str, made_for: str) -> None:
    token = make_token(made_for, SHAPES[purpose])

    if purpose == made_for:
        assert READERS[purpose](token)
    else:
        with pytest.raises(BadToken, match="another seal"):
            READERS[purpose](token)


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts[:-1],
        lambda parts: [*parts, 1],
        lambda parts: ["5", *parts[1:]],
        lambda parts: [None, *parts[1:]],
        lambda parts: [],
    ],
    ids=["short", "long", "text", "nothing", "empty"],
)
def test_another_shape_is_refused(purpose: str, change: Callable[[list[Any]], list[Any]]) -> None:
    token = make_token(purpose, change(SHAPES[purpose]))

    with pytest.raises(BadToken, match="another shape"):
        READERS[purpose](token)


def test_taking_back_is_possible_for_a_day_to_the_second() -> None:
    token = undo_token(PreferenceChange(pk=7), NOON)

    assert read_id(UNDOING, token, NOON + DAY - SECOND) == 7
    with pytest.raises(ExpiredToken):
        read_id(UNDOING, token, NOON + DAY)


def test_addresses_are_built_on_the_public_address(settings: Any) -> None:
    settings.PUBLIC_URL = "https://mail.shop.pl"

    url = public_links.preferences_url(customer_id=5, address_key="key")

    assert url == f"https://mail.shop.pl/p/preferences/{preferences_token(5, 'key')}/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("after", "is_confirmed"), [(7 * DAY - SECOND, True), (7 * DAY, False), (400 * DAY, False)]
)
def test_a_confirmation_counts_for_seven_days(after: timedelta, is_confirmed: bool) -> None:
    customer = CustomerFactory(language="pl")
    IdentityFactory(customer=customer, value=ANNA)
    address = confirm_path(customer)

    with time_machine.travel(NOON + after, tick=False):
        answer = strict().post(address)

    assert answer.status_code == 200
    assert ConsentEntry.objects.exists() is is_confirmed
    assert (b"renewal" in answer.content) is not is_confirmed


@pytest.mark.django_db
def test_a_link_to_an_address_that_went_meanwhile_grants_nothing() -> None:
    customer = CustomerFactory(language="en")
    IdentityFactory(customer=customer, value=ANNA)
    address = confirm_path(customer)
    customer.identities.all().delete()

    answer = strict().post(address)

    assert answer.status_code == 422
    assert not ConsentEntry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "confirmed"), [(0, False), (6, False), (8, True)])
def test_a_link_that_is_good_or_was_used_is_not_renewed(days: int, confirmed: bool) -> None:
    customer = CustomerFactory()
    IdentityFactory(customer=customer, value=ANNA)
    address = confirm_path(customer, NOON - days * DAY)
    if confirmed:
        ConsentRequest.objects.update(confirmed_at=NOON)

    assert strict().post(f"{address}renewal/").status_code == 200

    assert ConsentRequest.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "topic", "left"),
    [
        ("marketing", "newsletter", {"marketing", "survey"}),
        ("marketing", "", {"marketing", "survey"}),
        ("marketing", "surveys", {"survey"}),
        ("survey", "", {"survey"}),
        ("marketing", "nowhere", {"marketing", "survey"}),
    ],
)
@pytest.mark.parametrize("by", ["button", "one_click"])
def test_each_mail_is_left_as_what_it_was(
    anna: Customer, kind: str, topic: str, left: set[str], by: str
) -> None:
    mail = link(anna, message_class=kind, topic=topic)
    url = unsubscribe_url(mail) if by == "button" else one_click_url(mail)

    assert strict().post(path(url)).status_code == 200

    assert {name for name in ("service", "marketing", "survey") if not may(anna, name)} == left


@pytest.mark.django_db
def test_one_click_opened_as_a_page_asks_first(anna: Customer) -> None:
    page = strict().get(path(one_click_url(link(anna))))

    assert page.content.count(b"<button") == 1
    assert may(anna)
    assert b"You are unsubscribed" in strict().post(form_in(page, "unsubscribe")).content
    assert not may(anna)


@pytest.mark.django_db
def test_taking_back_twice_changes_nothing_more(anna: Customer) -> None:
    left = strict().post(leave_path(anna))
    again = form_in(left, "undo")

    answers = [strict().post(again).status_code for _time in range(2)]

    assert answers == [200, 200]
    assert may(anna)
    assert PreferenceChange.objects.filter(wish="taken_back").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("done", ["saved", "paused", "resumed", "returned"])
@pytest.mark.parametrize("language", ["en", "pl", "cs", "ro"])
def test_what_was_done_is_told_once_and_only_what_can_be_done(
    anna: Customer, done: str, language: str
) -> None:
    Customer.objects.filter(pk=anna.pk).update(language=language)
    address = choose_path(anna)
    plain, wrong, told = (
        Client().get(address, query).content
        for query in ({}, {"done": f"<b>{done}"}, {"done": done})
    )

    assert wrong == plain
    assert len(told) > len(plain)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "may_return"),
    [("asked", True), ("unsubscribed", True), ("hard_bounce", False), ("complaint", False)],
)
def test_coming_back_is_offered_to_those_who_may(
    anna: Customer, reason: str, may_return: bool
) -> None:
    SuppressionFactory(reason=reason, scope="marketing")

    page = strict().get(choose_path(anna))
    answer = strict().post(f"{choose_path(anna)}return/")

    assert (b"return/" in page.content) is may_return
    assert answer.status_code == (302 if may_return else 422)
    assert may(anna) is may_return
    assert Suppression.objects.filter(lifted_at=None).exists() is not may_return


@pytest.mark.django_db
def test_a_pause_is_no_leaving(anna: Customer) -> None:
    strict().post(f"{choose_path(anna)}pause/")

    page = strict().get(choose_path(anna)).content

    assert b"return/" not in page
    assert b"resumption/" in page


@pytest.mark.django_db
def test_a_link_to_another_address_of_the_same_person_leaves_for_it_too(anna: Customer) -> None:
    request_consent(
        actor=None,
        customer=anna,
        address=ANNA,
        purpose="marketing",
        text="Yes",
        language="en",
        now=NOON,
    )
    key = key_of("gone@example.pl")

    strict().post(path(unsubscribe_url(link(anna, address_key=key))))

    assert not may(anna)
    assert Suppression.objects.filter(key=key, lifted_at=None).exists()
