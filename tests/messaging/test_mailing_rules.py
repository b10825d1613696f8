"""Rules of mailings and limits of domains on pages: exact examples, refusals, ways back."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse

from core.errors import Refused
from core.models import AuditEntry
from messaging.models import DomainLimit, MailingRules, TopicCap
from messaging.rules_example import examples
from messaging.services.claiming import claim
from messaging.services.domain_limits import remove_domain_limit, restore_domain_limit
from messaging.services.gate import mailing_rules
from tests.factories.outbox import NOON, SenderFactory, SendFactory, due_message
from tests.factories.permission import TopicFactory

pytestmark = pytest.mark.django_db
RULES = reverse("messaging:mailing_rules")
LIMITS = reverse("messaging:domain_limits")
GIVEN = {
    "quiet_hours_on": "on",
    "quiet_begin": "20:00",
    "quiet_end": "09:30",
    "cap_amount": "2",
    "cap_hours": "48",
    "survey_cap_amount": "1",
    "survey_cap_hours": "720",
    "version": "1",
}


def topics(client):
    form = client.get(RULES).context["form"]
    return {name: form[name].value() for name in form.fields if name.startswith("topic-")}


def save(client, **changes):
    return client.post(RULES, topics(client) | GIVEN | changes)


def test_a_manager_changes_the_rules_and_they_are_audited_with_both_values(sign_in):
    topic = TopicFactory(key="offers")
    client = sign_in("manager")

    answer = save(client, **{f"topic-{topic.pk}-amount": "1", f"topic-{topic.pk}-hours": "72"})

    rules = MailingRules.objects.get()
    assert answer.status_code == 302
    assert (rules.quiet_begin, rules.cap_amount, rules.version) == (time(20), 2, 2)
    assert rules.survey_cap().window == timedelta(hours=720)
    assert list(TopicCap.objects.values_list("topic", "amount", "hours")) == [("offers", 1, 72)]
    details = AuditEntry.objects.get(action="mailing_rules.changed").details
    assert details["cap_hours"] == ["24", "48"]
    assert details["topic offers"] == [None, "1/72 h"]
    assert "quiet_hours_on" not in details


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quiet_begin", "25:00"),
        ("quiet_end", ""),
        ("quiet_end", "20:00"),
        ("cap_amount", "-1"),
        ("cap_amount", "101"),
        ("cap_hours", "0"),
        ("cap_hours", "1441"),
        ("survey_cap_hours", "x"),
        ("version", ""),
        ("version", "9" * 30),
    ],
)
def test_rules_that_make_no_sense_change_nothing(sign_in, field, value):
    assert save(sign_in("manager"), **{field: value}).status_code == 422
    assert not MailingRules.objects.exists()


def test_who_saved_in_between_wins_and_the_text_stays(sign_in):
    client = sign_in("manager")
    save(client)

    late = save(client, cap_amount="7")

    assert late.status_code == 422
    assert "Somebody changed this meanwhile" in late.content.decode()
    assert late.context["form"]["cap_amount"].value() == "7"
    assert late.context["meanwhile"] == [("At most so many marketing mails", "2")]
    assert save(client, cap_amount="7", version="2").status_code == 302
    assert MailingRules.objects.get().cap_amount == 7


def test_what_waits_for_the_old_rules_is_judged_by_the_new_ones(sign_in, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOON)
    later = NOON + timedelta(hours=9)
    waiting = {
        reason: due_message(reason=reason, next_at=later)
        for reason in ("quiet_hours", "cap", "paused")
    }
    client = sign_in("manager")

    save(client, quiet_hours_on="")

    for message in waiting.values():
        message.refresh_from_db()
    assert (waiting["quiet_hours"].next_at, waiting["cap"].next_at) == (NOON, NOON)
    assert waiting["paused"].next_at == later
    type(waiting["cap"]).objects.update(next_at=later)
    save(client, quiet_hours_on="", version="2")  # Saved again as it is: nothing to judge.
    waiting["cap"].refresh_from_db()
    assert waiting["cap"].next_at == later


def test_marketers_do_not_set_rules(sign_in):
    client = sign_in("marketer")

    assert client.get(RULES).status_code == client.post(RULES, GIVEN).status_code == 403
    assert client.get(LIMITS).status_code == 403


def test_examples_go_by_each_customers_clock():
    evening = datetime(2027, 1, 15, 19, 30, tzinfo=UTC)  # 21:30 in Bucharest, 20:30 in Warsaw

    found = {(one.kind, str(one.place)): one for one in examples(MailingRules(), evening)}

    there = found["now", "in Bucharest"]
    assert (there.at_once, there.goes) == (False, datetime(2027, 1, 16, 6, 0, tzinfo=UTC))
    assert there.there.hour == 8
    assert found["now", "in Warsaw"].at_once
    assert found["late", "in Warsaw"].goes == datetime(2027, 1, 16, 7, 0, tzinfo=UTC)
    assert found["again", "in Warsaw"].goes == datetime(2027, 1, 16, 18, 30, tzinfo=UTC)


def test_examples_follow_what_is_typed_and_save_nothing(sign_in, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: datetime(2027, 1, 15, 19, 30, tzinfo=UTC))
    client = sign_in("manager")
    address = reverse("messaging:rules_example")

    typed = client.post(address, topics(client) | GIVEN).content.decode()
    wrong = client.post(address, {"quiet_begin": "x"}).content.decode()

    assert "A newsletter due now for a customer in Bucharest would go" in typed
    assert "Saturday 16 January 09:30" in typed
    assert "Complete the form" in wrong
    assert mailing_rules().quiet_end == time(8)


def limit(client, **values):
    return client.post(LIMITS, values)


def test_a_limit_is_kept_by_the_name_that_travels(sign_in):
    client = sign_in("manager")

    assert limit(client, domain="Żółw.PL.", per_minute="5").status_code == 302
    twice = limit(client, domain="xn--w-uga1v8h.pl", per_hour="9")
    one_sender = limit(client, domain="żółw.pl", per_hour="9", sender=str(SenderFactory().pk))

    row = DomainLimit.objects.get(sender=None)
    assert (row.domain, row.per_minute) == ("xn--w-uga1v8h.pl", 5)
    assert twice.status_code == 422
    assert "This domain has such a limit already." in twice.content.decode()
    assert one_sender.status_code == 302


@pytest.mark.parametrize(
    "values",
    [
        {"domain": "", "per_minute": "5"},
        {"domain": "no domain", "per_minute": "5"},
        {"domain": "a..b", "per_minute": "5"},
        {"domain": "wp.pl"},
        {"domain": "wp.pl", "per_minute": "0"},
        {"domain": "wp.pl", "per_minute": "5", "sender": "99999"},
        {"domain": "x" * 300 + ".pl", "per_minute": "5"},
        {"domain": "wp\x00.pl", "per_minute": "5"},
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(sign_in, values):
    assert limit(sign_in("manager"), **values).status_code in {400, 422}
    assert not DomainLimit.objects.exists()


def test_a_limit_is_changed_removed_and_taken_back(sign_in):
    client = sign_in("manager")
    limit(client, domain="wp.pl", per_minute="5")
    row = DomainLimit.objects.get()
    edit = reverse("messaging:domain_limit_edit", args=[row.pk])

    client.post(edit, {"domain": "wp.pl", "per_hour": "60"})
    row.refresh_from_db()
    assert (row.per_minute, row.per_hour) == (None, 60)
    client.post(reverse("messaging:domain_limit_remove", args=[row.pk]))
    assert not DomainLimit.objects.kept().exists()
    assert client.get(edit).status_code == 404
    client.post(reverse("messaging:domain_limit_restore", args=[row.pk]))
    assert DomainLimit.objects.kept().get() == row


def test_a_removed_limit_holds_nobody_up_and_comes_back_for_ten_minutes(cast):
    send = SendFactory()
    row = DomainLimit.objects.create(domain="example.com", per_hour=1)
    for _ in range(2):
        due_message(send=send)

    remove_domain_limit(actor=cast["manager"], limit=row, now=NOON)

    assert len(claim(sender_id=send.sender_id, now=NOON).claimed) == 2
    with pytest.raises(Refused):
        restore_domain_limit(actor=cast["manager"], limit=row, now=NOON + timedelta(minutes=11))
    DomainLimit.objects.create(domain="example.com", per_hour=5)
    with pytest.raises(Refused):
        restore_domain_limit(actor=cast["manager"], limit=row, now=NOON)


def test_a_hint_fills_the_form_in(sign_in):
    page = sign_in("manager").get(LIMITS, {"domain": "gmail.com", "per_minute": "300"})

    assert page.context["form"]["per_minute"].value() == "300"
    assert any(hint.domain == "wp.pl" for hint in page.context["hints"])
