"""`outbox` and `send_campaign_csv` for people: what they print, and what they refuse."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from core import clock
from messaging.models import Message, Send
from messaging.services.gate import mailing_rules
from messaging.services.sends import pause_send
from messaging.services.working import send_due
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.factories.messaging import TemplateVersionFactory
from tests.factories.outbox import NOON, MessageFactory, reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def news():
    version = TemplateVersionFactory(
        template__kind="marketing",
        template__key="news",
        template__name="Monthly news",
        published_at=NOON,
    )
    return version.template


@pytest.fixture
def file(tmp_path):
    found = tmp_path / "audience.csv"
    found.write_text("email\nr1@example.com\nsilent@example.com\nnobody@example.com\n")
    return found


def run(file, *arguments, template="news"):
    out, err = StringIO(), StringIO()
    call_command(
        "send_campaign_csv", str(file), "--template", template, *arguments, stdout=out, stderr=err
    )
    return out.getvalue()


def refused(file, *arguments, template="news"):
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(
            "send_campaign_csv",
            str(file),
            "--template",
            template,
            *arguments,
            stdout=out,
            stderr=err,
        )
    assert ended.value.code == 1
    assert not Send.objects.exists()
    return out.getvalue(), err.getvalue()


def test_an_empty_outbox_has_nothing_to_say():
    out = StringIO()

    call_command("outbox", stdout=out)

    assert out.getvalue() == ""


def test_the_outbox_in_lines():
    MessageFactory()
    MessageFactory(message_class="service", state="failed", reason="refused")
    out = StringIO()

    call_command("outbox", stdout=out)

    assert out.getvalue().splitlines() == [
        "marketing  queued    1",
        "service  failed  refused  1",
    ]


def test_a_plan_in_lines(news, file):
    reader(1)
    IdentityFactory(customer=CustomerFactory(), value="silent@example.com")

    assert run(file).splitlines() == ["planned 1", "  no_consent: 1", "  unknown_customer: 1"]


def test_no_such_template_in_words_and_in_json(news, file):
    words = "There is no template 'olds'."

    assert refused(file, template="olds") == ("", words + "\n")
    out, err = refused(file, "--json", template="olds")
    assert (json.loads(out), err) == ({"error": words}, "")


def test_a_template_that_was_put_away_is_not_found(news, file):
    type(news).objects.update(archived_at=NOON)

    assert "no template 'news'" in refused(file)[1]


def test_a_file_that_is_not_there(news, tmp_path):
    assert "cannot be read" in refused(tmp_path / "nothing.csv")[1]


def test_go_does_not_release_what_a_person_paused(news, file):
    reader(1)
    run(file, "--go")
    pause_send(actor=None, send=Send.objects.get(), now=clock.now())

    run(file, "--go")

    assert Send.objects.get().state == "paused"


def test_who_became_known_since_waits_for_go_and_then_goes(news, file):
    rules = mailing_rules()
    rules.quiet_hours_on = False
    rules.save()
    reader(1)
    run(file, "--go")
    send_due(clock.now())
    assert Send.objects.get().state == "done"
    customer = reader(2)
    customer.identities.update(value="nobody@example.com", key="nobody@example.com")

    run(file)
    send_due(clock.now())
    assert Message.objects.get(customer=customer).state == "queued"
    run(file, "--go")
    send_due(clock.now())

    assert Message.objects.get(customer=customer).state == "sent"
    assert Message.objects.filter(state="sent").count() == 2
