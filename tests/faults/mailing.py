"""A mailing to many readers over a real mail server, and workers that are processes of their own
on the test's database."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta

from django.db import connection

from core import clock
from customers.models import ConsentEntry, Customer, Identity
from messaging.models import Message, SenderPace
from messaging.services.gate import mailing_rules
from messaging.services.planning import plan_messages
from messaging.services.reaping import reap
from tests.factories.customers import ConsentEntryFactory, CustomerFactory, IdentityFactory
from tests.factories.messaging import TemplateVersionFactory
from tests.factories.outbox import SenderFactory, SendFactory

# Seconds; a machine under load is slow, not broken.
PATIENCE = 280


def readers(number):
    """Customers who may be written to, made in bulk."""
    people = Customer.objects.bulk_create(CustomerFactory.build_batch(number))
    addresses = [
        IdentityFactory.build(customer=one, value=f"r{n}@example.com")
        for n, one in enumerate(people)
    ]
    Identity.objects.bulk_create(addresses)
    ConsentEntry.objects.bulk_create(
        ConsentEntryFactory.build(customer=one, address="") for one in people
    )
    return [one.pk for one in people]


def mailing(port, number, **values):
    """A running send to so many readers through the mail server at the port; no caps, no night."""
    rules = mailing_rules()
    rules.quiet_hours_on, rules.cap_amount = False, 0
    rules.save()
    now = clock.now()
    version = TemplateVersionFactory(
        template__kind=values.pop("kind", "marketing"), published_at=now, text="Hello", html="<p>x"
    )
    options = {"host": "127.0.0.1", "port": port, "security": "none", "kind": "smtp"} | values
    sender = SenderFactory(**options)
    SenderPace.objects.create(sender=sender)
    send = SendFactory(
        sender=sender,
        template=version.template,
        message_class=version.template.kind,
        due_at=now - timedelta(seconds=1),
        released_at=now,
        created_at=now,
    )
    plan_messages(actor=None, send=send, customer_ids=readers(number), now=now)
    return send


def environment(**values):
    """What a process needs to work on this test's database."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name}"
    else:
        settings = connection.settings_dict
        host = f"{settings['HOST']}:{settings['PORT'] or 5432}"
        url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{host}/{name}"
    own = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "crm.settings", "PYTHONPATH": "."}
    return os.environ | own | {name: str(value) for name, value in values.items()}


def worker(task, **values):
    """Start a worker process with a task of `tests.faults.sending_worker`."""
    command = [sys.executable, "-m", "tests.faults.sending_worker", json.dumps(task)]
    return subprocess.Popen(command, env=environment(**values), stdout=subprocess.PIPE, text=True)


def work(task, **values):
    """Run a worker to its end; what it printed."""
    with worker(task, **values) as process:
        out, _err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    return json.loads(out)


def take_from_the_dead():
    """What the reaper does once all leases have run out; nobody is alive to hold one."""
    return reap(clock.now() + timedelta(hours=1))


def states():
    """How many messages stand where."""
    return Counter(Message.objects.values_list("state", flat=True))


def addresses(state):
    """Who the messages in a state go to."""
    return set(Message.objects.filter(state=state).values_list("address", flat=True))
