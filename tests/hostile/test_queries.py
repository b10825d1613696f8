"""Query strings: whatever stands in an address, a GET answers with a page or a refusal, and
writes nothing but what reading may write."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import policy
from accounts.models import Role
from retention.forms.report import ReportForm
from tests.architecture.test_permissions import ROUTES
from tests.hostile import nasty
from tests.hostile.nasty import encoded
from tests.hostile.world import World

pytestmark = pytest.mark.django_db
ANSWERS = {200, 204, 302, 400, 404, 413, 414, 422}
Values = dict[str, nasty.Value]
FILTER: list[tuple[str, Values]] = [("where", nasty.FILTERS), ("segment", nasty.NUMBERS)]
PERIOD: list[tuple[str, Values]] = [
    ("month", {}),
    ("from to through", nasty.DAYS),
    ("window branch", nasty.NUMBERS),
    ("source tag compare", {}),
]
# What each address reads of its query string: words that do not hinder each other are tried at
# once, and beside the values for everything there are those that are nasty for these words.
PARAMETERS: dict[str, list[tuple[str, Values]]] = {
    "core:style": [("theme", {})],
    "accounts:sign_in": [("next", {})],
    "accounts:audit_log": [("before", nasty.NUMBERS)],
    "customers:day": [("who", {})],
    "customers:new": [("first_name last_name name email phone external", {})],
    "customers:customer": [("kind", {}), ("before", {})],
    "customers:timeline": [("kind", {}), ("before", {})],
    "customers:list": [*FILTER, ("sort count", {}), ("after", nasty.CURSORS)],
    "customers:filter": FILTER,
    "customers:count": FILTER,
    "customers:export": FILTER,
    "customers:segment_new": FILTER,
    "customers:suppressions": [("q reason scope state", {}), ("before", nasty.NUMBERS)],
    "customers:suppression_new": [("address", {})],
    "messaging:outbox": [("state kind reason send", {}), ("before", nasty.NUMBERS)],
    "messaging:template_edit": [("as", {})],
    "messaging:inbox": [("state mailbox", nasty.NUMBERS), ("after", nasty.CURSORS)],
    "messaging:incoming": [("q view", nasty.TEXTS)],
    "messaging:incoming_search": [("q", nasty.TEXTS)],
    "messaging:version_preview": [("look", {})],
    "customers:search": [("q", nasty.TEXTS | nasty.FILTERS)],
    "customers:purchase_pick": [("q", nasty.TEXTS)],
    "loyalty:told": [
        ("state days", {}),
        ("before", nasty.NUMBERS),
        ("customer language", nasty.TEXTS),
    ],
    "loyalty:told_preview": [("customer", nasty.NUMBERS), ("look", {})],
    "loyalty:points": [("programme", nasty.TEXTS)],
    "loyalty:challenge": [("period", nasty.DAYS)],
    "loyalty:cost": [("programme", nasty.TEXTS)],
    "loyalty:cost_movements": [("month flow programme", {}), ("before", nasty.NUMBERS)],
    "loyalty:cost_lapsing": [("month programme", {}), ("before", nasty.NUMBERS)],
    "loyalty:card_scan": [("number", nasty.NUMBERS)],
    "loyalty:rewards": [("state", {})],
    "support:cases": [("view", {}), ("after before", {})],
    "support:case_new": [("from", nasty.NUMBERS)],
    "loyalty:claims": [("state", {}), ("before", nasty.NUMBERS)],
    "loyalty:referrals": [("before", nasty.NUMBERS)],
    "loyalty:coupon": [("q", nasty.TEXTS), ("before earlier", nasty.NUMBERS)],
    "loyalty:coupon_till": [("code customer", nasty.TEXTS)],
    "retention:report": [
        ("month from to through window branch source tag compare show tab", {}),
        ("month show tab compare", {}),
    ],
    "retention:list": [*PERIOD, ("after cohort last k days", nasty.NUMBERS)],
    "retention:csv": [*PERIOD, ("cohort last k days", nasty.NUMBERS)],
}
READING = [route.name for route in ROUTES if policy.routes.get(route.name).read]
ASKED = [
    pytest.param(name, words.split(), values, id=f"{name}-{words}")
    for name, known in PARAMETERS.items()
    for words, values in known
]
# What reading may write: bookkeeping, and what is derived from purchases.
DERIVED = (
    *("django_session", "core_ratelimit", "core_auditentry", "core_jobstate"),
    *("customers_purchasesummary", "customers_stalesummary", "retention_"),
    *("rollup_", "filtered_"),  # temporary tables
)


def written(queries: CaptureQueriesContext) -> list[str]:
    return [
        query["sql"][:200]
        for query in queries
        if re.match(r"\s*(INSERT|UPDATE|DELETE|CREATE|DROP|ALTER)", query["sql"], re.IGNORECASE)
        and not any(table in query["sql"] for table in DERIVED)
    ]


def role_for(name: str) -> str | None:
    return None if name == "accounts:sign_in" else Role.ADMIN


@pytest.mark.parametrize(("name", "words", "values"), ASKED)
def test_a_query_string_is_answered_or_refused(
    world: World, name: str, words: list[str], values: Values
) -> None:
    address = world.address(name)
    wrong = []
    with CaptureQueriesContext(connection) as queries:
        for label, value in (nasty.FEW | values).items():
            query = encoded((word, value) for word in words)
            answer = world.get(role_for(name), f"{address}?{query}")
            if answer.status_code not in ANSWERS:
                wrong.append((label, answer.status_code))

    assert wrong == []
    assert written(queries) == []


@pytest.mark.parametrize("value", nasty.BROKEN.values(), ids=nasty.BROKEN)
def test_bytes_that_are_no_text_are_refused_at_the_door(world: World, value: bytes) -> None:
    query = encoded([("q", value)])

    answers = {
        name: world.get(Role.ADMIN, f"{world.address(name)}?{query}").status_code
        for name in READING
    }

    assert answers == dict.fromkeys(READING, 400)


@pytest.mark.parametrize("words", ["{0}=a&{0}=b", "{0}[]=a&{0}[]=b", "{0}&&=;&a;{0}[a]=b", "%00=1"])
def test_odd_shapes_of_a_query_string_are_answered_or_refused(world: World, words: str) -> None:
    wrong = {}
    for name, known in PARAMETERS.items():
        query = words.format(known[0][0].split()[0])
        answer = world.get(role_for(name), f"{world.address(name)}?{query}")
        if answer.status_code not in ANSWERS:
            wrong[name] = answer.status_code

    assert wrong == {}


def test_the_table_knows_every_word_that_a_view_reads() -> None:
    found = set()
    for app in ("accounts", "core", "customers", "loyalty", "support", "retention"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            found |= set(re.findall(r'GET(?:\.get|\.getlist)?[(\[]"([^"]+)"', text))
            found |= set(re.findall(r'"([^"]+)" (?:not )?in request\.GET', text))
    known = {
        word for words in PARAMETERS.values() for some, _values in words for word in some.split()
    }

    assert found <= known


def test_the_table_knows_every_field_of_the_report() -> None:
    known = {word for some, _values in PARAMETERS["retention:report"] for word in some.split()}

    assert known == set(ReportForm().fields)
