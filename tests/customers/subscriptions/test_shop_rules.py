"""What the shop sets: rules of countries, topics."""

import pytest

from core.errors import Refused
from core.models import AuditEntry
from customers.services.country_rules import remove_country_rule, set_country_rule
from customers.services.topics import save_topic
from tests.factories.accounts import UserFactory
from tests.factories.customers import NOON

pytestmark = pytest.mark.django_db


def test_a_countrys_rule_needs_a_reason_and_goes_again() -> None:
    clerk = UserFactory(role="admin")
    values = {"country": "DE", "birthday_needs_consent": False, "survey_needs_consent": True}
    for reason in ("", " ", "x" * 256):
        with pytest.raises(Refused):
            set_country_rule(actor=clerk, reason=reason, now=NOON, **values)
    rule = set_country_rule(actor=clerk, reason="Counsel, 3 May", now=NOON, **values)
    again = set_country_rule(actor=clerk, reason="Counsel, 4 May", now=NOON, **values)

    assert (again.pk, again.reason, again.set_by) == (rule.pk, "Counsel, 4 May", clerk)
    audited = AuditEntry.objects.filter(action="consent.country_rule").first()
    assert audited.details == {"reason": "Counsel, 3 May", **values}
    remove_country_rule(actor=clerk, rule=rule)
    assert not rule.__class__.objects.exists()


def test_a_topic_is_named_and_keeps_its_key() -> None:
    save = {"actor": None, "nature": "general", "is_active": True}
    topic = save_topic(topic=None, names={"en": "Pottery  classes", "pl": ""}, **save)
    twin = save_topic(topic=None, names={"pl": "Pottery classes"}, **save)
    odd = save_topic(topic=None, names={"en": "Ελλάδα"}, **save)
    save_topic(topic=topic, names={"cs": "Kurzy"}, **save)

    assert (topic.key, twin.key, odd.key) == ("pottery_classes", "pottery_classes_2", "topic")
    assert topic.position < twin.position < odd.position
    topic.refresh_from_db()
    assert topic.names == {"cs": "Kurzy"}
    assert topic.name_in("pl") == "Kurzy"
    assert twin.name_in("cs", "pl") == "Pottery classes"
    for names in ({}, {"en": " "}, {"en": "x" * 61}):
        with pytest.raises(Refused):
            save_topic(topic=None, names=names, **save)
