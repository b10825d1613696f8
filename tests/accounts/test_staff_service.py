"""Members of staff and branches: who may do what to whom, in each role, and what the trail says."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.forms.people import PersonForm, PreferencesForm
from accounts.forms.shop import ShopForm
from accounts.forms.sign_in import NewPasswordForm, SignInForm
from accounts.models import Branch, Role, User
from accounts.services import people
from accounts.services.branches import save_branch
from accounts.services.sign_in import TooManyTries
from accounts.services.sign_in import sign_in as try_password
from core.errors import Refused
from core.models import AuditEntry
from tests.conftest import Cast, make_user
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.customers import NOON

SignIn = Callable[[str], Client]
PASSWORD = "correct horse battery"
LANGUAGES = ("en", "pl", "cs", "ro")
SIGNS = set("abcdefghijklmnopqrstuvwxyz0123456789._@+-")


def change(actor: User, person: User, **changes: Any) -> User:
    names = ("name", "email", "role", "branch", "is_active")
    fields = {name: getattr(person, name) for name in names}
    return people.change_user(actor=actor, person=person, **(fields | changes))


def is_done(act: Callable[[], object]) -> bool:
    try:
        act()
    except Refused:
        return False
    return True


@pytest.mark.parametrize(("actor", "person"), list(product(Role.values, Role.values)))
def test_managers_manage_all_but_administrators(cast: Cast, actor: str, person: str) -> None:
    other = make_user(person, "other")

    allowed = actor == "admin" or (actor == "manager" and person != "admin")

    assert people.may_manage(cast[actor], other) is allowed
    assert is_done(lambda: change(cast[actor], other, name="New")) is allowed
    assert is_done(lambda: people.reset_password(actor=cast[actor], person=other)) is allowed
    other.refresh_from_db()
    assert (other.name == "New") is allowed
    assert other.check_password(PASSWORD) is not allowed


@pytest.mark.parametrize(("actor", "role"), list(product(["manager", "admin"], Role.values)))
def test_only_administrators_make_administrators(cast: Cast, actor: str, role: str) -> None:
    allowed = actor == "admin" or role != "admin"

    def add() -> User:
        return people.add_user(actor=cast[actor], username="eva", role=role, password=PASSWORD)

    assert is_done(add) is allowed
    assert is_done(lambda: change(cast[actor], cast["support"], role=role)) is allowed
    assert User.objects.filter(username="eva", role=role).exists() is allowed


def test_the_set_up_itself_makes_the_first_administrator(db: None) -> None:
    first = people.add_user(
        actor=None, username=" Root ", role="admin", password=PASSWORD, must_change_password=False
    )

    assert (first.username, first.must_change_password) == ("root", False)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.details) == ("system", {"role": "admin"})


@pytest.mark.parametrize("changes", [{"role": "support"}, {"is_active": False}])
def test_the_last_administrator_stays_even_for_another_who_is_closed(
    cast: Cast, changes: dict[str, Any]
) -> None:
    closed = make_user("admin", "closed")
    User.objects.filter(pk=closed.pk).update(is_active=False)

    with pytest.raises(Refused, match="last administrator"):
        change(closed, cast["admin"], **changes)

    cast["admin"].refresh_from_db()
    assert (cast["admin"].role, cast["admin"].is_active) == ("admin", True)


def test_a_stale_row_does_not_bring_old_values_back(cast: Cast) -> None:
    stale = User.objects.get(pk=cast["support"].pk)
    branch = BranchFactory()
    change(cast["admin"], cast["support"], branch=branch)

    changed = change(cast["admin"], stale, name="New", branch=branch)

    assert (changed.name, changed.branch) == ("New", branch)
    entry = AuditEntry.objects.filter(action="user.changed").latest("pk")
    assert entry.details["fields"] == ["name"]


@pytest.mark.parametrize("changes", [{"role": "marketer"}, {"is_active": False}, {"name": "New"}])
def test_a_new_role_or_closing_ends_sessions_and_a_name_does_not(
    sign_in: SignIn, cast: Cast, changes: dict[str, Any]
) -> None:
    client = sign_in("support")

    change(cast["admin"], cast["support"], **changes)

    assert client.get("/account/").status_code == (200 if "name" in changes else 302)


def test_a_new_password_ends_the_persons_sessions(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("support")

    password = people.reset_password(actor=cast["manager"], person=cast["support"])

    assert client.get("/account/").status_code == 302
    entry = AuditEntry.objects.get(action="user.password_reset")
    assert password not in str(entry.details)


def test_one_time_passwords_are_long_and_never_the_same() -> None:
    made = {people.new_password() for _time in range(200)}

    assert len(made) == 200
    assert {len(password) for password in made} == {20}


@pytest.mark.parametrize("password", ["short", "password1234"])
def test_a_weak_password_changes_nothing(cast: Cast, password: str) -> None:
    with pytest.raises(ValidationError):
        people.change_own_password(actor=cast["support"], password=password)

    assert User.objects.get(username="support").check_password(PASSWORD)
    assert not AuditEntry.objects.exists()


def test_an_own_password_is_no_one_time_password_any_more(cast: Cast) -> None:
    people.reset_password(actor=cast["admin"], person=cast["support"])
    person = User.objects.get(username="support")

    people.change_own_password(actor=person, password="a brand new phrase")

    person.refresh_from_db()
    assert person.check_password("a brand new phrase")
    assert not person.must_change_password
    assert AuditEntry.objects.filter(action="user.password_changed", actor=person.label).exists()


def test_preferences_name_only_what_they_changed(cast: Cast) -> None:
    person = cast["support"]

    people.change_preferences(
        actor=person, name=person.name, email="a@b.pl", language="cs", theme="system"
    )

    entry = AuditEntry.objects.get(action="user.preferences")
    assert entry.details == {"fields": ["email", "language"]}


def tried(name: str, password: str, address: str = "203.0.113.1") -> User | None:
    request = RequestFactory().post("/sign-in/")
    return try_password(
        request=request, username=name, password=password, address=address, now=NOON
    )


@pytest.mark.parametrize(
    ("name", "password", "opens"),
    [
        ("support", PASSWORD, True),
        ("  SUPPORT\t", PASSWORD, True),
        ("support", f"{PASSWORD} ", False),
        ("support", PASSWORD.upper(), False),
        ("nobody", PASSWORD, False),
        ("", "", False),
        ("support\x00", PASSWORD, False),
    ],
)
def test_names_are_read_in_any_case_and_passwords_letter_by_letter(
    cast: Cast, name: str, password: str, opens: bool
) -> None:
    found = tried(name, password) if "\x00" not in name else None

    assert found == (cast["support"] if opens else None)
    assert SignInForm({"username": name, "password": password or "x"}).is_valid() is (
        bool(name) and "\x00" not in name
    )


def test_the_trail_of_a_failed_try_tells_no_name(cast: Cast) -> None:
    tried("support", "my other password")

    entry = AuditEntry.objects.get()
    assert entry.action == "sign_in.failed"
    assert (entry.actor, entry.details) == ("system", {})


def test_what_is_refused_for_one_name_leaves_the_others_their_tries(cast: Cast) -> None:
    for _time in range(5):
        tried("support", "wrong")
    for _time in range(50):
        with pytest.raises(TooManyTries):
            tried("support", PASSWORD)

    assert tried("manager", PASSWORD) == cast["manager"]
    assert tried("support", PASSWORD, "203.0.113.2") == cast["support"]


def test_a_branch_takes_no_others_name_and_says_so_at_its_field(cast: Cast) -> None:
    first, second = BranchFactory(name="Brno"), BranchFactory(name="Gdańsk")

    for branch in (None, second):
        with pytest.raises(Refused) as refused:
            save_branch(actor=cast["manager"], name="Brno", branch=branch)
        assert refused.value.field == "name"

    saved = save_branch(actor=cast["manager"], name="Iași", branch=first)
    assert saved.pk == first.pk
    assert set(Branch.objects.values_list("name", flat=True)) == {"Iași", "Gdańsk"}
    assert AuditEntry.objects.filter(action="branch.saved").count() == 1


def test_a_closed_branch_leaves_its_people(db: None) -> None:
    branch = BranchFactory()
    person = UserFactory(branch=branch)

    branch.delete()

    person.refresh_from_db()
    assert person.branch is None


@pytest.mark.parametrize(
    "broken", [{"role": "owner"}, {"role": ""}, {"username": "support"}, {"name": None}]
)
def test_the_database_refuses_unknown_roles_and_names_twice(
    cast: Cast, broken: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(**broken)

    assert User.objects.count() == 4


def test_the_database_refuses_two_branches_of_a_name(db: None) -> None:
    BranchFactory(name="Brno")

    with pytest.raises(IntegrityError), transaction.atomic():
        BranchFactory(name="Brno")


@pytest.mark.parametrize("role", ["support", "marketer", "manager", "admin"])
def test_only_administrators_are_offered_their_own_role_for_others(cast: Cast, role: str) -> None:
    offered = {str(value) for value, _label in PersonForm(actor=cast[role]).fields["role"].choices}

    assert ("admin" in offered) is (role == "admin")


@given(st.text(max_size=12) | st.text(alphabet=sorted(SIGNS), min_size=1, max_size=12))
def test_sign_in_names_are_small_letters_digits_and_a_few_signs(name: str) -> None:
    field = User._meta.get_field("username")

    try:
        field.run_validators(name.strip())
    except ValidationError:
        assert set(name.strip()) - SIGNS
    else:
        assert set(name.strip()) <= SIGNS


@pytest.mark.parametrize("language", LANGUAGES)
def test_forms_speak_the_readers_language(cast: Cast, language: str) -> None:
    with translation.override(language):
        labels = {
            str(PreferencesForm(instance=cast["support"]).fields["language"].choices[0][1]),
            str(NewPasswordForm().fields["current"].label),
            str(ShopForm().fields["timezone"].label),
        }

    english = {"As the browser", "Present password", "Time zone"}
    assert labels == english if language == "en" else not labels & english


@pytest.mark.parametrize(
    ("color", "is_right"),
    [("#1f6b4f", True), ("#1F6B4F", False), ("#fff", False), ("red", False), ("#1f6b4f\n", True)],
)
def test_the_shops_colour_is_six_small_digits(color: str, is_right: bool) -> None:
    form = ShopForm(
        {"timezone": "Europe/Warsaw", "currency": "PLN", "language": "pl", "color": color}
    )

    assert form.is_valid() is is_right
    assert not form.errors or list(form.errors) == ["color"]
