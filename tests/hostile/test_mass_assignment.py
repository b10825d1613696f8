"""Whatever else a form is sent along with, only its own fields change: the name of every column
of every table is tried on every form."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models as columns

from accounts.models import Branch, Role, User
from core.models import AuditEntry, Shop
from customers import models
from tests.hostile.forms import ACTS, FORMS, body, poster
from tests.hostile.nasty import Value, encoded
from tests.hostile.world import FORM, World, send, untouched

pytestmark = pytest.mark.django_db
APPS = ("accounts", "core", "customers", "loyalty", "retention")
# Privileges that no table has, but that other products call so.
RUMOURS = {
    **dict.fromkeys(["is_superuser", "is_staff", "admin", "permissions", "groups"], "1"),
    **dict.fromkeys(["balance", "points", "erased_at", "user", "user_id", "actor_id"], "1"),
}
WATCHED = (
    *(User, Branch, Shop, models.Customer, models.Identity, models.ImportantDate, models.Tag),
    *(models.ConsentEntry, models.Interaction, models.FollowUp, models.Purchase, models.Refund),
    *(models.Segment, models.InteractionDraft, models.ImportRun),
)
# Ids of rows that did not exist before differ from try to try.
IDS = {"id", "customer_id", "source_id", "interaction_id", "run_id", "last_login", "password"}


def evil(field: Any, world: World) -> str:
    """A value that the column would take."""
    if isinstance(field, columns.BooleanField):
        return "1"
    if field.is_relation:
        return str(world.cast[Role.MARKETER].pk if field.related_model is User else 1)
    if isinstance(field, columns.DateTimeField):
        return "2001-01-01T00:00"
    if isinstance(field, columns.DateField):
        return "2001-01-01"
    return "admin" if isinstance(field, columns.CharField | columns.TextField) else "424242"


def every_column(world: World) -> dict[str, str]:
    found = dict(RUMOURS)
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.concrete_fields:
                found[field.name] = found[field.attname] = evil(field, world)
    return found


def after(world: World, name: str, pairs: list[tuple[str, Value]]) -> tuple[int, dict[str, Any]]:
    """The answer, and what stands in the tables then; undone afterwards."""
    with untouched():
        client = world.clients[poster(name)]
        answer = send(
            client, "POST", world.address(name), data=encoded(pairs), content_type=FORM
        ).status_code
        return answer, {model.__name__: contents(model) for model in WATCHED}


def contents(model: Any) -> list[dict[str, Any]]:
    rows = model.objects.order_by("pk").values()
    return [{key: value for key, value in row.items() if key not in IDS} for row in rows]


@pytest.mark.parametrize("name", [*FORMS, *ACTS])
def test_fields_that_a_form_does_not_have_change_nothing(world: World, name: str) -> None:
    own = body(world, name)
    known = {field for field, _value in own} | {"discard"}
    more = {key: value for key, value in every_column(world).items() if key not in known}

    plain = after(world, name, own)
    loaded = after(world, name, [*own, *more.items()])

    assert len(more) > 100
    assert loaded == plain


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MARKETER, Role.MANAGER])
def test_nobody_makes_themselves_an_administrator(world: World, role: str) -> None:
    own = body(world, "accounts:preferences", {"role": "admin", "is_superuser": "1", "id": "1"})

    with untouched():
        send(
            world.clients[role],
            "POST",
            world.address("accounts:preferences"),
            data=encoded(own),
            content_type=FORM,
        )
        found = User.objects.get(pk=world.cast[role].pk)

    assert found.role == role
    assert found.name == "Ada"


def test_a_manager_cannot_make_an_administrator(world: World) -> None:
    pairs = body(world, "accounts:person_create", {"role": "admin"})

    answer = world.post(Role.MANAGER, world.address("accounts:person_create"), pairs)

    assert answer.status_code == 422


def test_a_manager_cannot_raise_somebody_to_administrator(world: World) -> None:
    pairs = body(world, "accounts:person_edit", {"role": "admin"})

    answer = world.post(Role.MANAGER, world.address("accounts:person_edit"), pairs)

    assert answer.status_code == 422


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_nobody_changes_their_own_role(world: World, role: str) -> None:
    address = world.address("accounts:person_edit")
    own = address.replace(str(world.rows["person"].pk), str(world.cast[role].pk))
    wanted = {"role": "support", "is_active": "on"}

    answer = world.post(role, own, body(world, "accounts:person_edit", wanted))

    assert answer.status_code == 422
    assert "Nobody can change their own role" in answer.whole.decode()


def test_a_repeated_field_counts_once(world: World) -> None:
    pairs = [("name", "First"), *body(world, "accounts:branches", {"name": "Second"})]

    with untouched():
        client = world.clients[Role.ADMIN]
        address = world.address("accounts:branches")
        send(client, "POST", address, data=encoded(pairs), content_type=FORM)
        names = set(Branch.objects.values_list("name", flat=True))

    assert names == {"Old Town", "Second"}


def test_the_audit_trail_does_not_repeat_what_was_sent(world: World) -> None:
    more = {"role": "zq-role", "first_name": "zq-name", "notes": "zq-notes"}

    with untouched():
        client, address = world.clients[Role.ADMIN], world.address("customers:edit")
        pairs = body(world, "customers:edit", more)
        send(client, "POST", address, data=encoded(pairs), content_type=FORM)
        entry = AuditEntry.objects.order_by("-pk").first()

    assert entry is not None
    assert entry.action == "customer.changed"
    assert "zq" not in str(entry.details)
