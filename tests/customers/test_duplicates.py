"""Perhaps the same person: put away for good, whoever looks, and brought back by the toast."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts import policy
from accounts.models import Role, User
from core.models import AuditEntry
from customers.models import Customer, IdentityKind, PossibleDuplicate
from customers.services.customer_lookup import SAME_EMAIL, note_pairs
from customers.services.duplicates import dismiss_duplicate
from customers.services.identities import SAME_PHONE, note_possible_duplicate
from tests.customers.documents import bought, save
from tests.factories.customers import NOON, CustomerFactory, IdentityFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
QUESTION = "Perhaps the same person"


@pytest.fixture
def pair() -> PossibleDuplicate:
    anna, jan = CustomerFactory(), CustomerFactory(first_name="Jan")
    return PossibleDuplicate.objects.create(first=anna, second=jan, reason="phone", created_at=NOON)


def act(name: str, customer: Customer, pair: PossibleDuplicate) -> str:
    return reverse(f"customers:duplicate_{name}", args=[customer.pk, pair.pk])


def page(client: Client, customer: Customer) -> str:
    return client.get(f"/customers/{customer.pk}/").content.decode()


@pytest.mark.parametrize("side", ["first", "second"])
def test_a_pair_is_put_away_from_either_side_and_taken_back(
    sign_in: SignIn, pair: PossibleDuplicate, side: str
) -> None:
    client, mine = sign_in("support"), getattr(pair, side)
    other = pair.second if side == "first" else pair.first
    assert act("dismiss", mine, pair) in page(client, mine)

    answer = client.post(act("dismiss", mine, pair), follow=True)

    assert answer.redirect_chain == [(f"/customers/{mine.pk}/", 302)]
    text = answer.content.decode()
    assert f"{other} is noted as somebody else." in text
    assert act("restore", mine, pair) in text
    assert QUESTION not in text
    assert QUESTION not in page(client, other)

    client.post(act("restore", mine, pair))

    assert QUESTION in page(client, mine)
    assert QUESTION in page(client, other)


@pytest.mark.parametrize("role", list(Role))
def test_only_those_who_serve_may_put_a_pair_away(
    sign_in: SignIn, pair: PossibleDuplicate, role: str
) -> None:
    client, may = sign_in(role), policy.may(role, "customers:duplicate_dismiss", "POST")
    shown = page(client, pair.first)

    status = client.post(act("dismiss", pair.first, pair)).status_code

    assert QUESTION in shown
    assert (act("dismiss", pair.first, pair) in shown) is may
    assert status == (302 if may else 403)
    pair.refresh_from_db()
    assert (pair.dismissed_at is not None) is may


@pytest.mark.parametrize("name", ["dismiss", "restore"])
def test_a_pair_of_others_is_not_found(sign_in: SignIn, pair: PossibleDuplicate, name: str) -> None:
    stranger = CustomerFactory()

    assert sign_in("support").post(act(name, stranger, pair)).status_code == 404
    assert not AuditEntry.objects.filter(action__startswith="duplicate").exists()


@pytest.mark.parametrize(
    ("reason", "language", "words"),
    [
        (SAME_PHONE, "", "same phone number"),
        (SAME_EMAIL, "", "same e-mail address"),
        (SAME_EMAIL, "pl", "ten sam adres e-mail"),
        (SAME_EMAIL, "cs", "stejná e-mailová adresa"),
        (SAME_EMAIL, "ro", "aceeași adresă de e-mail"),
    ],
)
def test_each_reason_is_said_in_words(
    sign_in: SignIn, cast: dict[str, User], reason: str, language: str, words: str
) -> None:
    pair = PossibleDuplicate.objects.create(
        first=CustomerFactory(), second=CustomerFactory(), reason=reason, created_at=NOON
    )
    User.objects.filter(pk=cast["support"].pk).update(language=language)

    text = page(sign_in("support"), pair.first)

    assert f'<span class="small">{words}</span>' in text


def test_only_the_pair_in_question_goes(sign_in: SignIn, pair: PossibleDuplicate) -> None:
    third = CustomerFactory(first_name="Ewa")
    note_pairs([(pair.first_id, third.pk)], reason="phone", now=NOON)

    text = sign_in("support").post(act("dismiss", pair.first, pair), follow=True).content.decode()

    assert QUESTION in text
    assert f'href="/customers/{third.pk}/"' in text


def test_no_import_raises_the_pair_again() -> None:
    numbered = IdentityFactory(kind=IdentityKind.EXTERNAL, value="C1").customer
    IdentityFactory(value="anna@example.pl")
    both = {"external": "C1", "email": "anna@example.pl", "email_written": "anna@example.pl"}
    save(bought("7", **both))
    pair = PossibleDuplicate.objects.get()
    dismiss_duplicate(actor=None, now=NOON, pair=pair)

    save(bought("7", 20_000, **both), bought("8", **both))

    assert numbered.purchases.count() == 2
    assert PossibleDuplicate.objects.get().dismissed_at == NOON


def test_neither_does_a_contact_added_by_hand(pair: PossibleDuplicate) -> None:
    dismiss_duplicate(actor=None, now=NOON, pair=pair)

    note_possible_duplicate(first=pair.second, second=pair.first, reason="phone", now=NOON)

    assert PossibleDuplicate.objects.get().dismissed_at == NOON
