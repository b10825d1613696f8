"""Mails a second: ours beside raw smtplib, Django's own backend and django-post-office.

    python -m benchmarks.sending [--mails 2000] [--readers 10000] [--worker-mails 10000]

One run, one sink (`benchmarks.sending_sink`), the same mail of about 20 KB with the reader's name
in it, on PostgreSQL (the server of DATABASE_URL, else 127.0.0.1) in a database `bench_sending` of
its own, removed at the end. A is `smtplib` on one kept connection with the bytes made beforehand;
B is Django's SMTP backend; C is django-post-office, where it is installed
(`requirements/bench.in`). Ours does the whole work: gate, rate limits, personalisation,
marks before and after each mail, steps. The ways take turns, round after round; what counts is the
median. On a machine that does other work too the processor time of a mail is the steadier figure:
of the sending process, and of PostgreSQL's process where this machine shows it.

Aims: with no delay and one connection at least 0.45 A and 1.3 B; with answers after 10 ms and 8
connections at least 7.5 times A at the same delay; 10,000 readers planned in under 1 s; a worker
under 150 MB.
"""

import argparse
import html
import os
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg

NAME = "bench_sending"


def server_of() -> str:
    """The PostgreSQL server to make the database on."""
    given = os.environ.get("DATABASE_URL", "")
    parts = urlsplit(given if given.startswith("postgres") else "postgresql://postgres@127.0.0.1")
    return f"{parts.scheme}://{parts.netloc}"


os.environ["DATABASE_URL"] = f"{server_of()}/{NAME}"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
django.setup()

from django.core.mail import EmailMultiAlternatives, get_connection  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from core import clock  # noqa: E402
from core.bulk import learn_sizes  # noqa: E402
from customers.models import ConsentEntry, Customer, Identity  # noqa: E402
from messaging.letters import Writer  # noqa: E402
from messaging.models import (  # noqa: E402
    Message,
    MessageStep,
    Send,
    Sender,
    SenderPace,
    Template,
    TemplateVersion,
)
from messaging.services.gate import mailing_rules  # noqa: E402
from messaging.services.planning import Planned, plan_messages  # noqa: E402
from messaging.services.sending import Slot  # noqa: E402
from messaging.services.working import pump_all  # noqa: E402

CELL = '<tr><td style="padding:0 24px;font-family:Inter,Arial,sans-serif;font-size:14px">'
ROW = "Zajrzyj do nas w listopadzie: świeże cebulki, doniczki i ziemia.</td></tr>\n"
# As many fields as a newsletter has: one in ten rows names the reader.
ROWS = (CELL + "{{ first_name }}! " + ROW) + (CELL + ROW) * 9
HTML = "<table>\n" + ROWS * 11 + '\n</table>\n<a href="{{ unsubscribe_url }}">x</a>'
TEXT = "Dzień dobry, {{ first_name }}!\n\nW listopadzie świeże cebulki.\n{{ unsubscribe_url }}\n"
ROUNDS = 3


def administer(statement: str) -> None:
    with psycopg.connect(f"{server_of()}/postgres", autocommit=True) as server:
        server.execute(statement)


@contextmanager
def sink(delay: int) -> Iterator[int]:
    """A sink that answers after so many milliseconds; its port."""
    command = [sys.executable, "-m", "benchmarks.sending_sink", str(delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def people(number: int) -> list[int]:
    """Readers who agreed to marketing."""
    now = clock.now()
    everyone = Customer.objects.bulk_create(
        Customer(
            first_name="Małgorzata", language="pl", country="PL", created_at=now, updated_at=now
        )
        for _number in range(number)
    )
    Identity.objects.bulk_create(
        Identity(
            customer=one,
            kind="email",
            value=f"reader{n}@example.com",
            key=f"reader{n}@example.com",
            is_primary=True,
            created_at=now,
        )
        for n, one in enumerate(everyone)
    )
    ConsentEntry.objects.bulk_create(
        ConsentEntry(
            customer=one,
            purpose="marketing",
            action="granted",
            occurred_at=now - timedelta(days=30),
            recorded_at=now,
        )
        for one in everyone
    )
    learn_sizes(Customer, Identity, ConsentEntry)
    return [one.pk for one in everyone]


def template() -> Template:
    now = clock.now()
    made = Template.objects.create(key="bench", name="Bench", kind="marketing", created_at=now)
    TemplateVersion.objects.create(
        template=made,
        language="pl",
        number=1,
        subject="{{ first_name }}, listopadowe świeżości",
        mjml="",
        html=HTML,
        text=TEXT,
        sha256="0" * 64,
        published_at=now,
        created_at=now,
    )
    return made


def planned(port: int, made: Template, ids: list[int]) -> tuple[Send, float]:
    """A running send to the people over the port, and how long planning it took."""
    now, number = clock.now(), Sender.objects.count()
    sender = Sender.objects.create(
        name=f"bench {number}",
        from_name="Kwiaciarnia",
        from_address="shop@example.com",
        kind="smtp",
        host="127.0.0.1",
        port=port,
        security="none",
        per_connection=10_000,
        created_at=now,
    )
    SenderPace.objects.create(sender=sender)
    send = Send.objects.create(
        key=f"bench:{number}",
        name="Bench",
        message_class="marketing",
        template=made,
        sender=sender,
        state="running",
        due_at=now,
        released_at=now,
        created_at=now,
    )
    begin = time.perf_counter()
    result: Planned = plan_messages(actor=None, send=send, customer_ids=ids, now=now)
    took = time.perf_counter() - begin
    assert result.queued == len(ids), result
    return send, took


@dataclass(frozen=True)
class Run:
    """Mails a second, and microseconds of processor time for each mail: of the sending process
    and of the database's (0 where nobody can say)."""

    rate: float
    own: float
    database: float = 0.0


def timed(number: int, send: Callable[[], object]) -> Run:
    """Send so many mails by the function."""
    database, own, begin = database_seconds(), time.process_time(), time.perf_counter()
    send()
    took = time.perf_counter() - begin
    own, database = time.process_time() - own, database_seconds() - database
    return Run(number / took, own / number * 1e6, database / number * 1e6)


def database_seconds() -> float:
    """Processor time of this thread's PostgreSQL process, where the kernel says it to the
    nanosecond."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        place = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return int(place.read_text().split()[0]) / 1e9 if place.exists() else 0.0


def planning(made: Template, ids: list[int]) -> float:
    """Seconds to plan a send to all of them; the median."""
    seconds = []
    for _round in range(ROUNDS):
        send, took = planned(1, made, ids)
        Send.objects.filter(pk=send.pk).update(state="cancelled")
        seconds.append(took)
    return statistics.median(seconds)


def ours(port: int, made: Template, ids: list[int], slots: int) -> Run:
    """The whole outbox over so many connections."""
    send, _took = planned(port, made, ids)
    learn_sizes(Message, MessageStep)
    lines = [Slot(send.sender) for _slot in range(slots)]

    def pump() -> None:
        while pump_all(lines, lambda: True):
            pass

    run = timed(len(ids), pump)
    sent = Message.objects.filter(send=send, state="sent").count()
    assert sent == len(ids), sent
    return run


WORKER = """
import django
django.setup()
from messaging.models import Sender
from messaging.services.sending import Slot
Slot(Sender.objects.latest("pk")).pump(lambda: True)
# Not getrusage: its maximum is inherited from whoever started the process.
peak = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(peak[0]) / 1024)
"""


def worker_memory(port: int, made: Template, ids: list[int]) -> float:
    """The most megabytes that a worker of its own takes to send all the mails."""
    planned(port, made, ids)
    command = [sys.executable, "-c", WORKER]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def letters(made: Template, ids: list[int]) -> list[Any]:
    """The mails as A and B send them, made beforehand."""
    send, _took = planned(1, made, ids)
    Send.objects.filter(pk=send.pk).update(state="cancelled")
    rows = list(Message.objects.filter(send=send).select_related("template_version__template"))
    writer, now = Writer(send.sender, rows), datetime.now(UTC)
    return [writer.write(row, now) for row in rows]


def raw_smtplib(port: int, parcels: list[Any]) -> Run:
    """A: one kept connection, bytes made beforehand."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench") as line:
        line.ehlo()

        def send() -> None:
            for parcel in parcels:
                line.sendmail("shop@example.com", [parcel.letter.recipient], parcel.content)

        return timed(len(parcels), send)


def django_backend(port: int, parcels: list[Any]) -> Run:
    """B: Django's SMTP backend on one connection; it makes its messages as it always does."""
    line = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port, use_tls=False
    )
    mails = []
    for parcel in parcels:
        letter = parcel.letter
        mail = EmailMultiAlternatives(
            letter.subject, letter.text, "shop@example.com", [letter.recipient]
        )
        mail.attach_alternative(html.unescape(letter.html.decode()), "text/html")
        mails.append(mail)
    return timed(len(parcels), lambda: line.send_messages(mails))


def post_office(port: int, number: int) -> float | None:
    """C: django-post-office in a process of its own; None where it is not installed. Raises what
    it says where it fails."""
    if find_spec("post_office") is None:
        return None
    command = [sys.executable, "-m", "benchmarks.sending_post_office", str(port), str(number)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout.split()[-1])


def middle(runs: Sequence[Run]) -> Run:
    """The median of each figure."""
    figures = zip(*((run.rate, run.own, run.database) for run in runs), strict=True)
    return Run(*map(statistics.median, figures))


def report(name: str, value: float, unit: str, aim: str = "") -> None:
    print(f"{name:<58}{value:>10,.2f} {unit:<8}{aim}", flush=True)


def report_run(name: str, run: Run) -> None:
    report(name, run.rate, "mails/s", f"{run.own:,.0f} us + {run.database:,.0f} us of PostgreSQL")


def without_delay(made: Template, ids: list[int], worker_ids: list[int]) -> None:
    parcels = letters(made, ids)
    size = statistics.mean(len(parcel.content) for parcel in parcels)
    report("size of a mail", size / 1024, "KB")
    with sink(0) as port:
        rounds = [
            (raw_smtplib(port, parcels), django_backend(port, parcels), ours(port, made, ids, 1))
            for _round in range(ROUNDS)
        ]
        c = post_office(port, len(ids))
        memory = worker_memory(port, made, worker_ids)
    a, b, one = (middle(runs) for runs in zip(*rounds, strict=True))
    report_run("A  smtplib, one connection, no delay", a)
    report_run("B  Django's SMTP backend, one connection, no delay", b)
    if c is None:
        print("C  django-post-office is not installed: see requirements/bench.in")
    else:
        report("C  django-post-office, no delay", c, "mails/s")
    report_run("ours, one connection, no delay", one)
    report("ours / A", one.rate / a.rate, "", "aim 0.45")
    report("ours / B", one.rate / b.rate, "", "aim 1.30")
    report("the same by processor time / B", b.own / (one.own + one.database), "")
    report(f"memory of a worker over {len(worker_ids):,} mails, at most", memory, "MB", "aim 150")


def with_delay(made: Template, ids: list[int]) -> None:
    parcels = letters(made, ids[:100])
    with sink(10) as port:
        a = raw_smtplib(port, parcels).rate
        single = ours(port, made, ids[:200], 1).rate
        eight = ours(port, made, ids, 8).rate
    report("A  smtplib, one connection, 10 ms", a, "mails/s")
    report("ours, one connection, 10 ms", single, "mails/s")
    report("ours, 8 connections, 10 ms", eight, "mails/s")
    report("ours with 8 / A", eight / a, "", "aim 7.50")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mails", type=int, default=2_000)
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--worker-mails", type=int, default=10_000)
    options = parser.parse_args()
    administer(f"DROP DATABASE IF EXISTS {NAME}")
    administer(f"CREATE DATABASE {NAME}")
    try:
        call_command("migrate", verbosity=0)
        rules = mailing_rules()
        rules.quiet_hours_on, rules.cap_amount = False, 0
        rules.save()
        made, everyone = template(), people(max(options.readers, options.worker_mails))
        ids = everyone[: options.readers]
        report(f"planning {len(ids):,} readers", planning(made, ids), "s", "aim 1.00")
        without_delay(made, ids[: options.mails], everyone[: options.worker_mails])
        with_delay(made, ids[: options.mails])
    finally:
        connections.close_all()
        administer(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


if __name__ == "__main__":
    main()
