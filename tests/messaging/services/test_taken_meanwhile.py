"""Two admins save the same at one moment: the second is refused in words, by the constraint."""

import pytest

from core.errors import Refused
from messaging.models import DomainLimit, Sender
from messaging.services import domain_limits, sender_settings
from messaging.services.domain_limits import (
    remove_domain_limit,
    restore_domain_limit,
    save_domain_limit,
)
from messaging.services.sender_settings import FIELDS, add_sender, change_sender
from messaging.services.senders import write_sender
from tests.factories.outbox import NOON, SenderFactory

pytestmark = pytest.mark.django_db


def values_of(sender, **changes):
    return {name: getattr(sender, name) for name in FIELDS} | changes


@pytest.fixture
def _blind(monkeypatch):
    """They look before the other has saved."""
    monkeypatch.setattr(sender_settings, "_refuse_taken", lambda name, besides: None)


@pytest.mark.usefixtures("_blind")
def test_a_name_of_a_sender_is_given_once(cast):
    first, second = SenderFactory(name="Shop"), SenderFactory(name="News")
    values = values_of(second, name="Shop", is_default=False)

    for save in (
        lambda: add_sender(actor=cast["admin"], values=values, password=None, now=NOON),
        lambda: change_sender(
            actor=cast["admin"], sender=second, values=values, password=None, version=1, now=NOON
        ),
    ):
        with pytest.raises(Refused) as refused:
            save()
        assert refused.value.field == "name"

    assert list(Sender.objects.order_by("pk")) == [first, second]


def test_one_sender_is_the_usual_one():
    SenderFactory(is_default=True)
    other = SenderFactory()
    other.is_default = True

    with pytest.raises(Refused) as refused:
        write_sender(other, ["is_default"])

    assert refused.value.field == "is_default"
    assert Sender.objects.filter(is_default=True).count() == 1


@pytest.mark.parametrize("of_one", [False, True], ids=["all senders", "one sender"])
def test_a_domain_has_one_limit_that_holds(cast, monkeypatch, of_one):
    actor, sender = cast["admin"], SenderFactory() if of_one else None
    given = {"actor": actor, "domain": "wp.pl", "sender": sender, "amounts": {"per_minute": 5}}
    removed = save_domain_limit(limit=None, **given)
    remove_domain_limit(actor=actor, limit=removed, now=NOON)
    save_domain_limit(limit=None, **given)
    monkeypatch.setattr(domain_limits, "_refuse_taken", lambda *values: None)

    for act in (
        lambda: save_domain_limit(limit=None, **given),
        lambda: restore_domain_limit(actor=actor, limit=removed, now=NOON),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.field == "domain"

    assert DomainLimit.objects.kept().count() == 1
