"""Forms: every field of every form takes every nasty value without falling over, says what is
wrong beside the field, gives back what was typed, and keeps what it takes as it was written.

Both databases must answer alike: `baseline.json` holds what each field does with each value.
UPDATE_BASELINE=1 writes it anew.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.forms import BaseForm
from django.template.backends.django import Template

from accounts import policy
from accounts.models import Branch, User
from core.models import Shop
from core.text import squeeze
from customers import models
from messaging.models import Template as MailTemplate
from messaging.models import TemplateVersion
from tests.architecture.test_permissions import ROUTES
from tests.hostile import nasty
from tests.hostile.forms import ACTS, BY_TOPIC, FORMS, SHOWN, UPLOADS, body, poster
from tests.hostile.world import FORM, World, send, untouched

pytestmark = pytest.mark.django_db
BASELINE = Path(__file__).with_name("baseline.json")
IS_UPDATING = bool(os.environ.get("UPDATE_BASELINE"))
GOOD = {200, 204, 302, 303}
REFUSALS = {400, 403, 404, 409, 413, 415, 422}
# Texts are tried with everything, other fields with what could pass for a choice or a number.
LONG = nasty.TEXTS | {name: nasty.ALL[name] for name in ("arabic", "nan", "int64")}
SHORT: dict[str, nasty.Value] = {
    name: nasty.ALL[name]
    for name in (
        *("empty", "nul", "script", "arabic", "exponent", "minus", "int64", "digits"),
        *("no_day", "year_last", "moment"),
    )
}
# Fields that two forms share are tried on one of them.
SHARED = {
    "customers:new": frozenset(FORMS["customers:edit"]) - {"first_name", "seen_at"},
    "customers:interaction_edit": frozenset(FORMS["customers:interaction_new"]) - {"text"},
    "customers:follow_up_edit": frozenset(FORMS["customers:follow_up_new"]) - {"what"},
    "customers:segment_edit": frozenset(FORMS["customers:segment_new"]) - {"name"},
    "accounts:person_edit": frozenset(FORMS["accounts:person_create"]) - {"name"},
    "loyalty:reward_edit": frozenset(FORMS["loyalty:reward_new"]) - {"name_en", "stock"},
    "messaging:mailbox": frozenset(FORMS["messaging:mailbox_new"]) - {"name"},
    "messaging:sender_edit": frozenset(FORMS["messaging:sender_new"]) - {"name"},
    "support:case_new": frozenset(FORMS["support:case_edit"]) - {"subject", "version"},
    "messaging:domain_limit_edit": frozenset(FORMS["messaging:domain_limits"]) - {"domain"},
    "loyalty:tiers_edit": frozenset(
        f"{what}_{row}" for what in ("name", "takes", "perks") for row in (2, 3, 4, 5)
    ),
    "loyalty:challenge_edit": frozenset(FORMS["loyalty:challenge_new"]) - {"name", "version"},
    "messaging:template_publish": frozenset(FORMS["messaging:template_edit"]) - {"subject"},
    "messaging:template_test": frozenset(FORMS["messaging:template_edit"]) - {"subject"},
}
TEXT_FIELDS = {
    *("first_name", "last_name", "contact_hint", "address", "city", "notes", "tags", "name"),
    *("email", "phone", "external", "value", "text", "what", "note", "number", "next", "v0-0"),
    *("username", "label", "source", "reason", "name_en", "name_pl", "subject", "mjml"),
}
# The row that an accepted form ends up in.
SAVED: dict[str, type[Any]] = {
    "accounts:preferences": User,
    "accounts:shop": Shop,
    "accounts:branches": Branch,
    "accounts:branch_edit": Branch,
    "accounts:person_create": User,
    "accounts:person_edit": User,
    "customers:new": models.Customer,
    "customers:edit": models.Customer,
    "customers:contacts": models.Identity,
    "customers:dates": models.ImportantDate,
    "customers:consents": models.ConsentEntry,
    "customers:interaction_new": models.Interaction,
    "customers:interaction_edit": models.Interaction,
    "customers:follow_up_new": models.FollowUp,
    "customers:follow_up_edit": models.FollowUp,
    "customers:purchase_new": models.Purchase,
    "customers:purchase_guest": models.Purchase,
    "customers:segment_new": models.Segment,
    "customers:segment_edit": models.Segment,
    "messaging:template_new": MailTemplate,
    "messaging:template": MailTemplate,
    "messaging:template_edit": TemplateVersion,
}


@pytest.fixture(scope="module")
def outcomes() -> Iterator[dict[str, dict[str, str]]]:
    """What each form does with each value; kept as the baseline where that is wanted."""
    found: dict[str, dict[str, str]] = {}
    yield found
    if IS_UPDATING:
        BASELINE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Templates and contexts, which are not rendered: that takes most of a request's time."""
    seen: list[tuple[str, dict[str, Any]]] = []

    def render(self: Template, context: Any = None, request: Any = None) -> str:
        seen.append((self.template.name, context or {}))
        return ""

    monkeypatch.setattr(Template, "render", render)
    return seen


def forms_in(pages: list[tuple[str, dict[str, Any]]]) -> list[BaseForm]:
    return [
        value
        for _name, context in pages
        for value in context.values()
        if isinstance(value, BaseForm)
    ]


def test_the_table_knows_every_address_that_takes_a_post() -> None:
    posting = {route.name for route in ROUTES if policy.routes.get(route.name).write}
    public = {"core:language", "accounts:sign_in"}

    assert posting | public == FORMS.keys() | ACTS.keys() | UPLOADS | SHOWN | BY_TOPIC


@pytest.mark.parametrize("name", [*FORMS, *ACTS])
def test_the_form_of_the_table_is_accepted(world: World, pages: list[Any], name: str) -> None:
    answer = world.post(poster(name), world.address(name), body(world, name))

    assert answer.status_code == (422 if name == "accounts:sign_in" else 302) or (
        name in {"accounts:person_create", "accounts:person_password"}
        and pages[-1][0] == "accounts/person_password.html"
    )


@pytest.mark.parametrize("name", FORMS)
def test_the_table_knows_every_field(world: World, pages: list[Any], name: str) -> None:
    first = next(iter(FORMS[name]))

    world.post(poster(name), world.address(name), body(world, name, {first: ""}))

    shown = {field for form in forms_in(pages) for field in form.fields}
    assert {field for field in shown if not field.startswith("column_")} <= FORMS[name].keys()


def outcome(world: World, name: str, field: str, value: nasty.Value, pages: list[Any]) -> str:
    """The status, and which field the form complains about where it is not this one."""
    pages.clear()
    words = nasty.encoded(body(world, name, {field: value}))
    with untouched():
        answer = send(
            world.clients[poster(name)], "POST", world.address(name), data=words, content_type=FORM
        )
        if answer.status_code == 302 and name in SAVED and field in TEXT_FIELDS:
            check_kept(world, name, field, value)
    if answer.status_code != 422:
        return str(answer.status_code)
    errors = {wrong for form in forms_in(pages) for wrong in form.errors}
    trees = [context["filter"] for _page, context in pages if "filter" in context]
    errors |= {"filter" for tree in trees if tree.error or complains(tree.root)}
    assert errors, (field, value[:40])
    return "422" if field in errors else "422 " + ",".join(sorted(errors))


def complains(node: Any) -> bool:
    return bool(node.error) or any(map(complains, node.parts))


def check_kept(world: World, name: str, field: str, value: nasty.Value) -> None:
    """A text that was taken stands in the newest or the changed row as it was written."""
    model = SAVED[name]
    if not value.strip() or field not in {column.attname for column in model._meta.concrete_fields}:
        return
    expected = {value, value.strip(), squeeze(value)}
    assert model.objects.filter(**{f"{field}__in": expected}).exists(), (field, value[:40])


def told(outcomes: dict[str, list[str]]) -> str:
    """In words, the most usual answer last: '422: nul long; 302'."""
    rare = sorted(outcomes, key=lambda key: (len(outcomes[key]), key))
    named = [f"{key}: {' '.join(outcomes[key])}" for key in rare[:-1]]
    return "; ".join([*named, rare[-1]])


@pytest.mark.parametrize("name", FORMS)
def test_each_field_takes_each_value_or_says_what_is_wrong(
    world: World, pages: list[Any], outcomes: dict[str, dict[str, str]], name: str
) -> None:
    found = {}
    for field in sorted(FORMS[name].keys() - SHARED.get(name, frozenset())):
        answers = defaultdict(list)
        for label, value in (LONG if field in TEXT_FIELDS else SHORT).items():
            answers[outcome(world, name, field, value, pages)].append(label)
        found[field] = told(answers)
        assert {int(key[:3]) for key in answers} <= GOOD | REFUSALS, (field, found[field])
    outcomes[name] = found

    if not IS_UPDATING:
        assert found == json.loads(BASELINE.read_text(encoding="utf-8"))[name]


ROTATIONS = list(nasty.FEW.values())


@pytest.mark.parametrize("name", FORMS)
def test_a_form_of_nothing_but_nasty_values_is_shown_again(world: World, name: str) -> None:
    fields = list(FORMS[name])
    for turn in range(0, len(ROTATIONS), 3):
        values = [ROTATIONS[(turn + place) % len(ROTATIONS)] for place in range(len(fields))]
        answer = world.post(
            poster(name), world.address(name), list(zip(fields, values, strict=True))
        )

        assert answer.status_code in GOOD | REFUSALS
        assert b"<script>zq" not in answer.whole
        assert b"zq='1'" not in answer.whole
