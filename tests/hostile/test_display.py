"""A shop whose every text is an attack: no page, piece or file of it lets one through."""

import csv
import io
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.db import models as columns

from accounts import policy
from accounts.models import Role, User
from customers import models
from customers.services.interactions import save_draft
from customers.services.search import index_customers
from tests.architecture.test_permissions import ROUTES
from tests.hostile.forms import FORMS, body, poster
from tests.hostile.nasty import PAYLOAD, Value, encoded
from tests.hostile.world import FORM, NOW, World, content, same_cookies, untouched

pytestmark = pytest.mark.django_db
# Texts that the database or the program itself chooses, and those that stand for a state.
CHOSEN = {
    *("key", "name_key", "language", "timezone", "country", "currency", "role", "theme", "kind"),
    *("password", "channel", "direction", "outcome", "purpose", "action", "status", "text_hash"),
    *("source_kind", "preferred_channel", "seal", "actor", "object_id", "object_type", "username"),
    *("lease_token", "word", "email", "code", "wish", "frequency", "scope", "value", "nature"),
    "state",
}
POISONED = ("accounts", "customers")
HTMX = {"HX-Request": "true", "HX-Target": "more"}
READING = [route.name for route in ROUTES if policy.routes.get(route.name).read]
EXTRA = {
    "customers:list": ["?where=all(city.is:Poznań)", "?sort=-last", "?segment={segment}"],
    "customers:customer": ["?kind=talks", "?kind=consents", "?kind=follow-ups", "?kind=purchases"],
    "customers:search": [f"?{encoded([('q', 'script zq')])}", f"?{encoded([('q', PAYLOAD)])}"],
    "customers:purchase_pick": [f"?{encoded([('q', 'script')])}"],
    "customers:new": [f"?{encoded([('name', PAYLOAD), ('email', PAYLOAD), ('phone', PAYLOAD)])}"],
    "retention:report": ["?branch={branch}&tag={tag}", f"?{encoded([('source', PAYLOAD[:40])])}"],
}
# What a constraint binds to another column.
BOUND = {(models.Suppression, "topic"), (models.Suppression, "lift_reason")}
# Marketers open no talk.
CLOSED = {Role.ADMIN: set(), Role.MARKETER: {404}}
OPENED = ["interactions/{interaction}", "purchases/{purchase}", "consents/{consent}"]

# A frame that may load nothing, not even our style sheet.
OURS = {"messaging:incoming_html": ["a style in the page: <style>"]}


class Hostile(HTMLParser):
    """Finds what only an attack would put into a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _value in attrs}
        if tag == "zq" or "zq" in names or any(name.startswith("on") for name in names):
            self.found.append(f"<{tag} {sorted(names)}>")
        if tag == "script" and "src" not in names:
            self.found.append("a script in the page")
        if "style" in names or tag == "style":
            self.found.append(f"a style in the page: <{tag}>")
        for name, value in attrs:
            if name in {"href", "src", "action"} and (value or "").strip().startswith("javascript"):
                self.found.append(f"{name}={value}")


def attacks(text: str) -> list[str]:
    parser = Hostile()
    parser.feed(text)
    parser.close()
    evaluated = ["arithmetic was done"] if "<zq>49" in text or "&lt;zq&gt;49" in text else []
    return parser.found + evaluated


@pytest.fixture(scope="module")
def poisoned(world: World) -> World:
    """The world with the attack in every free text."""
    for app in POISONED:
        for model in apps.get_app_config(app).get_models():
            poison(model)
    models.Topic.objects.update(names={"en": PAYLOAD[:60]})
    support, customer = world.cast[Role.SUPPORT], world.rows["customer"]
    fields = dict.fromkeys(FORMS["customers:draft"], PAYLOAD)
    save_draft(actor=support, now=NOW, customer=customer, fields=fields)
    index_customers([customer.pk, world.rows["other"].pk])
    return world


def poison(model: type[columns.Model]) -> None:
    texts = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, columns.CharField | columns.TextField)
        and field.name not in CHOSEN
        and (model, field.name) not in BOUND
    ]
    if not texts or model is models.ConsentEntry:
        return
    for row in model.objects.all():
        changes = {field.name: fitting(field, row.pk) for field in texts}
        model.objects.filter(pk=row.pk).update(**changes)


def fitting(field: Any, pk: int) -> str:
    """The attack, unlike that of any other row, as long as the column lets it be."""
    text = f"{pk}{PAYLOAD}"
    return text[: field.max_length or None] if len(text) > (field.max_length or 10_000) else text


def addresses(world: World, name: str) -> list[str]:
    rows = {key: row.pk for key, row in world.rows.items()}
    plain = world.address(name)
    found = [plain, *(plain + more.format(**rows) for more in EXTRA.get(name, []))]
    if name == "customers:timeline":
        found += [plain + piece.format(**rows) + "/" for piece in OPENED]
    return found


def test_the_attack_is_in_the_shop(poisoned: World) -> None:
    customer = models.Customer.objects.get(pk=poisoned.rows["customer"].pk)

    assert PAYLOAD in customer.first_name
    assert PAYLOAD in customer.notes
    assert PAYLOAD in User.objects.get(pk=poisoned.cast[Role.SUPPORT].pk).name
    assert "<script>" in models.Purchase.objects.get(pk=poisoned.rows["purchase"].pk).number
    assert "<script>" in models.ImportRun.objects.get().filename


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("role", [Role.ADMIN, Role.MARKETER])
def test_no_page_lets_an_attack_through(poisoned: World, role: str, name: str) -> None:
    if not policy.routes.get(name).allows(role, "GET"):
        return
    for address in addresses(poisoned, name):
        for headers in ({}, HTMX):
            answer = poisoned.get(role, address, **headers)
            assert answer.status_code in {200, 204, 302, 400, 422} | CLOSED[role], address
            if "html" in answer.get("Content-Type", ""):
                assert attacks(answer.whole.decode()) == OURS.get(name, []), (address, headers)
                assert b"<script>zq" not in answer.whole


@pytest.mark.parametrize("name", FORMS)
def test_no_message_lets_an_attack_through(poisoned: World, name: str) -> None:
    """What a form answers, and the page that shows its message."""
    for changes in ({}, dict.fromkeys(FORMS[name], PAYLOAD)):
        pairs = body(poisoned, name, changes)
        for headers in ({}, HTMX):
            for answer in sent_and_followed(poisoned, name, pairs, headers):
                assert answer.status_code < 500
                assert attacks(answer.whole.decode()) == []


def sent_and_followed(
    world: World, name: str, pairs: list[tuple[str, Value]], headers: dict[str, str]
) -> list[Any]:
    """The answer to a form, and the page it leads to, with its message."""
    client, words = world.clients[poster(name)], encoded(pairs)
    kept = same_cookies(client)
    with untouched():
        answer = client.post(world.address(name), words, content_type=FORM, headers=headers)
        page = client.get(answer["Location"]) if "Location" in answer else answer
    client.cookies = kept
    for each in (answer, page):
        each.whole = content(each)
    return [answer, page]


@pytest.mark.parametrize("name", ["customers:export", "customers:import_rejected", "retention:csv"])
def test_no_file_holds_a_formula_of_somebody_else(poisoned: World, name: str) -> None:
    models.Customer.objects.update(first_name="=1+1", notes="\t@SUM(A1)", city="-1+1")
    models.Identity.objects.filter(kind="external").update(value="+1-1")

    text = poisoned.get(Role.ADMIN, poisoned.address(name)).whole.decode("utf-8-sig")

    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    risky = [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell[:1] and not number(cell)]
    assert cells
    assert risky == []


def number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_the_check_itself_notices_attacks() -> None:
    assert attacks("<p>fine</p><script src='x.js'></script>") == []
    assert len(attacks(PAYLOAD)) == 2
    assert attacks("<a href=' javascript:x'>") == ["href= javascript:x"]
    assert attacks("<i onclick=x style=y>") == [
        "<i ['onclick', 'style']>",
        "a style in the page: <i>",
    ]
    assert attacks("<b>&lt;zq&gt;49</b>") == ["arithmetic was done"]
