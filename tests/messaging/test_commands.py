"""`send_campaign_csv` and `outbox` as COMMANDS.md says."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core import clock
from customers.models import IdentityKind
from messaging.models import Message, Send, Template
from messaging.services.gate import mailing_rules
from messaging.services.working import send_due
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.factories.messaging import TemplateVersionFactory
from tests.factories.outbox import NOON, reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def template():
    version = TemplateVersionFactory(
        template__kind="marketing", template__key="news", published_at=NOON
    )
    return version.template


@pytest.fixture
def people():
    readers = [reader(n) for n in range(3)]
    for number, customer in enumerate(readers):
        IdentityFactory(customer=customer, kind=IdentityKind.EXTERNAL, value=f"C{number}")
    silent = CustomerFactory()
    IdentityFactory(customer=silent, value="silent@example.com")
    return readers


def run(tmp_path, text, *arguments, name="news"):
    file = tmp_path / "audience.csv"
    file.write_text(text)
    out = StringIO()
    call_command(
        "send_campaign_csv", str(file), "--template", name, "--json", *arguments, stdout=out
    )
    return json.loads(out.getvalue())


BY_EMAIL = "email\nR0@example.com\nr1@example.com\nsilent@example.com\nnobody@example.com\n"


def test_it_plans_and_counts_who_is_left_out(template, people, tmp_path):
    report = run(tmp_path, BY_EMAIL)

    assert report["planned"] == 2
    assert report["suppressed"] == {"no_consent": 1, "unknown_customer": 1}
    assert Send.objects.get().state == "planned"


def test_numbers_name_customers_before_e_mails(template, people, tmp_path):
    report = run(
        tmp_path, "email;customer_id\nr1@example.com;C0\nr2@example.com;\n;C0\nr1@example.com;X\n"
    )

    assert report["planned"] == 2
    assert report["suppressed"] == {"named_twice": 1, "unknown_customer": 1}
    customers = set(Message.objects.values_list("customer", flat=True))
    assert customers == {people[0].pk, people[2].pk}


def test_only_go_releases_and_nobody_gets_it_twice(template, people, tmp_path):
    rules = mailing_rules()
    rules.quiet_hours_on = False
    rules.save()
    run(tmp_path, BY_EMAIL)
    send_due(clock.now())
    assert not Message.objects.filter(state="sent").exists()

    reports = [run(tmp_path, BY_EMAIL, "--go") for _ in range(2)]
    send_due(clock.now())
    reports.append(run(tmp_path, BY_EMAIL, "--go"))
    send_due(clock.now())

    assert Message.objects.filter(state="sent").count() == 2
    assert Message.objects.count() == 3
    assert [report["planned"] for report in reports] == [2, 2, 2]


@pytest.mark.parametrize(
    ("text", "name"),
    [("email\nr0@example.com\n", "nothing"), ("name\nAnna\n", "news"), ("", "news")],
)
def test_refusals_change_nothing(template, people, tmp_path, text, name, capsys):
    with pytest.raises(SystemExit) as ended:
        run(tmp_path, text, name=name)

    assert ended.value.code == 1
    assert not Send.objects.exists()


def test_bad_usage(tmp_path):
    with pytest.raises(CommandError):
        call_command("send_campaign_csv", "x.csv")


def test_a_template_is_found_by_its_name_too(template, people, tmp_path):
    assert run(tmp_path, "email\nr0@example.com\n", name=template.name)["planned"] == 1


def test_the_outbox_is_counted(template, people, tmp_path):
    run(tmp_path, BY_EMAIL)
    out = StringIO()

    call_command("outbox", "--json", stdout=out)

    assert json.loads(out.getvalue()) == [
        {"class": "marketing", "state": "queued", "reason": "", "count": 2},
        {"class": "marketing", "state": "suppressed", "reason": "no_consent", "count": 1},
    ]


def test_a_database_that_was_only_migrated_has_the_usual_templates(people, tmp_path):
    report = run(tmp_path, BY_EMAIL, name="newsletter")

    assert report["planned"] == 2
    assert Template.objects.filter(key="newsletter").exists()


def test_an_unknown_template_is_said_plainly(tmp_path):
    with pytest.raises(SystemExit):
        run(tmp_path, BY_EMAIL, name="no such thing")
