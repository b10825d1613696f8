"""What the database itself refuses about messages, whoever writes."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from messaging.models import Message, MessageState, MessageStep, Reason
from messaging.rules.states import FINAL, State
from tests.factories.outbox import NOON, MessageFactory, SenderFactory

pytestmark = pytest.mark.django_db
TOKEN = "a" * 32


def claimed(message):
    Message.objects.filter(pk=message.pk).update(
        state="claimed", claim_token=TOKEN, lease_until=NOON
    )


def refused(message, **values):
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**values)
    return True


def test_the_states_in_words_are_those_of_the_rules():
    assert set(MessageState.values) == {str(state) for state in State}


def test_a_key_or_an_inbox_comes_once():
    MessageFactory(dedupe_key="camp:1:7", inbox_key="addr:1:x")

    for double in ({"dedupe_key": "camp:1:7"}, {"inbox_key": "addr:1:x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MessageFactory(**double)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_a_final_state_stays(state):
    values = {"sent_at": NOON} if state == "sent" else {"reason": Reason.REFUSED}
    message = MessageFactory(state=state, **values)

    assert refused(message, state="queued", sent_at=None)


def test_only_a_claimed_message_is_attempted():
    message = MessageFactory()

    assert refused(message, state="attempting", claim_token=TOKEN, lease_until=NOON)
    claimed(message)
    assert Message.objects.filter(pk=message.pk).update(state="attempting") == 1


def test_an_uncertain_marketing_mail_never_goes_out_again_and_a_service_mail_may():
    marketing = MessageFactory(state="uncertain", reason=Reason.LINE_BROKE)
    service = MessageFactory(state="uncertain", reason=Reason.LINE_BROKE, message_class="service")

    assert refused(marketing, state="retry", reason="")
    assert Message.objects.filter(pk=service.pk).update(state="retry", reason="") == 1


def test_a_claim_has_a_lease_and_a_token_and_nothing_else_has():
    message = MessageFactory()

    assert refused(message, state="claimed")
    assert refused(message, state="claimed", claim_token=TOKEN)
    assert refused(message, claim_token=TOKEN, lease_until=NOON)


@pytest.mark.parametrize("state", ["failed", "suppressed", "expired"])
def test_what_is_not_sent_says_why(state):
    assert refused(MessageFactory(), state=state)


def test_what_is_sent_says_when():
    assert refused(MessageFactory(), sent_at=NOON)


def test_steps_are_never_changed_or_deleted():
    step = MessageStep.objects.create(message=MessageFactory(), at=NOON, state="queued")

    with pytest.raises(DatabaseError), transaction.atomic():
        MessageStep.objects.filter(pk=step.pk).update(state="sent")
    with pytest.raises(DatabaseError), transaction.atomic():
        step.delete()


def test_there_is_one_default_sender():
    SenderFactory(is_default=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        SenderFactory(is_default=True)
