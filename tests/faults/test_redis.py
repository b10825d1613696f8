"""Redis stopped, frozen and emptied under a Celery worker and two beats while mailings go out and
people work: no request waits long, no mail is lost, none goes twice."""

import shutil
import signal
import time

import pytest
from django.conf import settings
from django.urls import reverse

from core import clock
from crm.celery import app
from messaging.models import Message, Send
from messaging.services.planning import plan_messages
from tests.faults.bells import RedisServer, ringing, wait_until
from tests.faults.mailing import environment, mailing, states
from tests.mail.sink import running_sink

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is not installed"),
]
READERS, PATIENT_SECONDS = 20, 5
FAULTS = {
    "stopped": (RedisServer.stop, RedisServer.start),
    "frozen": (
        lambda redis: redis.signal(signal.SIGSTOP),
        lambda redis: redis.signal(signal.SIGCONT),
    ),
    "flushed": (RedisServer.flush, lambda redis: None),
}


@pytest.fixture
def redis(tmp_path, monkeypatch):
    """A Redis of the test's own, which this process rings too."""
    server = RedisServer(tmp_path)
    server.start()
    monkeypatch.setattr(settings, "REDIS_URL", server.url)
    monkeypatch.setattr(app.conf, "broker_url", server.url)
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    yield server
    server.signal(signal.SIGCONT)
    server.stop()


def planned_again(first, name):
    """Another mailing to the same readers, not released yet."""
    values = {"sender", "template", "message_class", "due_at", "created_at"}
    send = Send.objects.create(
        key=name, name=name, state="planned", **{value: getattr(first, value) for value in values}
    )
    ids = Message.objects.filter(send=first).values_list("customer_id", flat=True)
    plan_messages(actor=None, send=send, customer_ids=list(ids), now=clock.now())
    return send


def seconds_to_release(client, send):
    """How long the person who lets the mailing go waits for the answer."""
    begin = time.monotonic()
    answer = client.post(reverse("messaging:send_release", args=[send.pk]))
    assert answer.status_code == 302
    return time.monotonic() - begin


def test_without_redis_mails_are_late_at_most(redis, tmp_path, sign_in):
    own = environment(REDIS_URL=redis.url, VAR_DIR=tmp_path)
    client = sign_in("manager")
    with running_sink() as sink:
        first = mailing(sink.port, READERS)
        sends = {name: planned_again(first, name) for name in FAULTS}
        with ringing(tmp_path, own):
            wait_until(lambda: len(sink.taken) == READERS)
            for number, (name, (break_it, mend_it)) in enumerate(FAULTS.items(), start=2):
                break_it(redis)

                waited = seconds_to_release(client, sends[name])

                mend_it(redis)
                assert waited < PATIENT_SECONDS
                wait_until(lambda so_far=number: len(sink.taken) >= READERS * so_far)
    assert set(sink.copies().values()) == {1 + len(FAULTS)}
    assert len(set(sink.message_ids())) == len(sink.taken)
    assert states()["sent"] == len(sink.taken) == READERS * (1 + len(FAULTS))
