"""Search at scale: the service's answers to 200 fixed questions, beside a plain ORM search.

    python -m benchmarks.search [--customers 1000000] [--keep | --use]

Runs on PostgreSQL (the server of DATABASE_URL, else 127.0.0.1) in a database `bench_search` of
its own, made anew and removed at the end unless `--keep`; `--use` takes what a kept run left.
Names are made with the skew of real ones: few very common, many rare, three Slavic and Romance
languages and English, marks and double names included. The aim: p95 of 100 ms.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg

NAME = "bench_search"


def server_of() -> str:
    """The PostgreSQL server to make the database on."""
    given = os.environ.get("DATABASE_URL", "")
    parts = urlsplit(given if given.startswith("postgres") else "postgresql://postgres@127.0.0.1")
    return f"{parts.scheme}://{parts.netloc}"


os.environ["DATABASE_URL"] = f"{server_of()}/{NAME}"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Q  # noqa: E402

from accounts.models import User  # noqa: E402
from core.batches import batched  # noqa: E402
from core.bulk import insert_rows  # noqa: E402
from core.text import fold  # noqa: E402
from customers.models import Customer, Identity, Purchase, SearchWord  # noqa: E402
from customers.search import ask, search  # noqa: E402
from customers.services.search import index_customers  # noqa: E402

AIM = 100.0
SEED = 20_261_122
BATCH = 50_000
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_FIRST = (
    "Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Magdalena Elżbieta Zofia Łucja Żaneta "
    "Jan Piotr Krzysztof Andrzej Tomasz Paweł Łukasz Michał Wojciech Stanisław Grzegorz Jakub "
    "Jana Eva Hana Lenka Kateřina Lucie Věra Alena Jiří Petr Josef Pavel Martin Tomáš Jaroslav "
    "Andreea Ioana Elena Mihaela Cristina Ștefania Andrei Ion Gheorghe Mihai Ștefan Alexandru "
    "Emma Olivia Jack Harry George Charlotte William Grace Thomas Sophie"
)
FIRST = _FIRST.split()
_LAST = (
    "Nowak Kowalska Kowalski Wiśniewska Wójcik Kowalczyk Kamińska Lewandowski Zielińska Szymańska "
    "Woźniak Dąbrowski Kozłowska Jankowska Mazur Kwiatkowski Krawczyk Kaczmarek Piotrowska "
    "Grabowska Zając Pawłowski Michalska Król Wieczorek Jabłońska Wróbel Nowakowski Majewska "
    "Nováková Novák Svoboda Svobodová Novotný Dvořák Dvořáková Černý Procházka Kučera Veselá "
    "Popescu Popa Ionescu Pop Radu Dumitru Stan Stoica Gheorghe Matei Ciobanu Constantinescu "
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright"
)
LAST = _LAST.split()
_STEMS = "kal bor wit mal zan dor pet lis gor ram sed tok wal nov cer dub jas pol rud sik vel zim"
STEMS = _STEMS.split()
_ENDS = "owska ek ová escu son iak owicz ický eanu ton ina ar uk ela"
ENDS = _ENDS.split()


def administer(statement: str) -> None:
    with psycopg.connect(f"{server_of()}/postgres", autocommit=True) as server:
        server.execute(statement)


def last_name(chance: random.Random) -> str:
    """Half of all bear one of the common names, the rest one of some 60,000 rare ones."""
    if chance.random() < 0.5:
        return LAST[min(int(chance.expovariate(0.08)), len(LAST) - 1)]
    made = chance.choice(STEMS) + chance.choice(STEMS) + chance.choice(["", chance.choice(STEMS)])
    name = (made + chance.choice(ENDS)).capitalize()
    return f"{name}-{chance.choice(LAST)}" if chance.random() < 0.03 else name


def person(number: int, chance: random.Random) -> tuple[str, str, str, str]:
    """First and last name, e-mail and phone; every number has its own contacts."""
    first = FIRST[min(int(chance.expovariate(0.06)), len(FIRST) - 1)]
    last = last_name(chance)
    mail = f"{fold(first)}.{fold(last)}{number}@{chance.choice(HOSTS)}"
    prefix, digits = chance.choice((("+48", 9), ("+420", 9), ("+40", 9), ("+44", 10)))
    return first, last, mail, f"{prefix}{chance.randrange(10 ** (digits - 1), 10**digits)}"


HOSTS = ["gmail.example", "wp.example", "seznam.example", "yahoo.example", "firma.example"]


def people(count: int) -> Iterator[tuple[int, str, str, str, str]]:
    chance = random.Random(SEED)
    for number in range(1, count + 1):
        yield (number, *person(number, chance))


def seconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_batches(count: int) -> Iterable[list[tuple[int, str, str, str, str]]]:
    return batched(people(count), BATCH)


def fill(count: int) -> None:
    """Customers, their contacts and an order each, by COPY; then the index of names."""
    indexing = 0.0
    for rows in in_batches(count):
        insert_rows(Customer, CUSTOMER_COLUMNS, map(customer_row, rows))
        identities = [row for one in rows for row in identity_rows(*one)]
        insert_rows(Identity, IDENTITY_COLUMNS, identities)
        insert_rows(Purchase, PURCHASE_COLUMNS, map(purchase_row, rows))
        indexing += seconds(lambda rows=rows: index_customers([row[0] for row in rows]))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    words = SearchWord.objects.count()
    print(
        f"index_customers: {count / indexing:,.0f} customers/s, {words:,} words in {indexing:.1f} s"
    )


_CUSTOMER_COLUMNS = (
    "id first_name last_name name_key language timezone address city postcode country notes "
    "found_us preferred_channel contact_hint created_at updated_at"
)
CUSTOMER_COLUMNS = _CUSTOMER_COLUMNS.split()
IDENTITY_COLUMNS = ["customer_id", "kind", "value", "key", "is_primary", "created_at"]
_PURCHASE_COLUMNS = (
    "customer_id source number occurred_at local_day local_month gross_minor refunded_minor "
    "currency status counts"
)
PURCHASE_COLUMNS = _PURCHASE_COLUMNS.split()


def customer_row(one: tuple[int, str, str, str, str]) -> list[Any]:
    number, first, last, _mail, _phone = one
    key = fold(f"{last} {first}")
    return [number, first, last, key, "", "", "", "", "", "", "", "", "", "", NOW, NOW]


def identity_rows(number: int, _first: str, _last: str, mail: str, phone: str) -> list[list[Any]]:
    contacts = [("email", mail), ("phone", phone), ("external", f"C{number:07}")]
    kept = contacts if number % 2 else contacts[:2]
    return [[number, kind, value, value, True, NOW] for kind, value in kept]


def purchase_row(one: tuple[int, str, str, str, str]) -> list[Any]:
    day = NOW.toordinal()
    month = NOW.year * 12 + NOW.month - 1
    source = ("shop", "till")[one[0] % 2]
    return [one[0], source, f"A-{one[0]}", NOW, day, month, 100, 0, "PLN", "", True]


def typo(word: str, chance: random.Random) -> str:
    """The word with two neighbours swapped, a letter lost or a letter doubled."""
    place = chance.randrange(1, len(word) - 1)
    return chance.choice(
        [
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + word[place + 1 :],
            word[:place] + word[place] + word[place:],
        ]
    )


def questions(count: int) -> list[tuple[str, str]]:
    """200 questions of ten kinds, taken from people spread over the whole file."""
    chance = random.Random(7)
    wanted = set(chance.sample(range(1, count + 1), 20))
    chosen = [one for one in people(count) if one[0] in wanted]
    found = []
    for number, first, last, mail, phone in chosen:
        found += [
            ("whole name", f"{first} {last}"),
            ("name, other order, no marks", fold(f"{last} {first}")),
            ("last name", last),
            ("first name", first),
            ("beginnings", f"{first[:3]} {last[:4]}"),
            ("short beginning", fold(last)[:2]),
            ("typo", f"{first} {typo(fold(last), chance)}"),
            ("typo alone", typo(fold(last), chance)),
            ("part of e-mail", mail.split("@")[0][-9:] if number % 2 else mail),
            ("phone", phone[3:] if number % 3 else f"{phone[-7:-4]} {phone[-4:]}"),
        ]
    return found


def plain_search(text: str) -> list[Any]:
    """What one writes first: every column, `icontains`, the first eight."""
    names = Q()
    for word in text.split():
        names &= Q(first_name__icontains=word) | Q(last_name__icontains=word)
    found = Customer.objects.filter(names | Q(identities__key__icontains=text))
    return list(found.distinct()[:8])


def report(asked: list[tuple[str, str]], user: User) -> None:
    """Times per kind and of all, beside the plain search on a sample of the same questions."""
    times: dict[str, list[float]] = {}
    empty = 0
    for _round in range(2):
        times, empty = {}, 0
        for kind, text in asked:
            question = ask(text, user=user, limit=8)
            answers: list[Any] = []
            took = seconds(lambda q=question, a=answers: a.append(search(q)))
            times.setdefault(kind, []).append(took * 1000)
            empty += not answers[0].groups
    for kind, taken in times.items():
        print(f"{kind:<30} p50 {statistics.median(taken):7.1f} ms   max {max(taken):7.1f} ms")
    every = sorted(one for taken in times.values() for one in taken)
    p50, p95 = statistics.median(every), every[int(len(every) * 0.95)]
    verdict = "met" if p95 <= AIM else "MISSED"
    print(f"{len(every)} questions: p50 {p50:.1f}, p95 {p95:.1f}, max {every[-1]:.1f} ms", end="")
    print(f"   aim p95 {AIM:.0f} ms: {verdict}   without an answer: {empty}")
    plain = sorted(seconds(lambda t=text: plain_search(t)) * 1000 for _kind, text in asked[::10])
    middle = statistics.median(plain)
    print(
        f"plain icontains, {len(plain)} of them: p50 {middle:.0f}, max {plain[-1]:.0f} ms", end=""
    )
    print(f"   ratio of medians: {middle / p50:.0f}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--use", action="store_true")
    return parser.parse_args()


def main(options: argparse.Namespace) -> int:
    if not options.use:
        call_command("migrate", verbosity=0)
        print(f"{options.customers:,} customers: {seconds(lambda: fill(options.customers)):.0f} s")
    user = User.objects.filter(role="support").first()
    if user is None:
        user = User.objects.create(username="support", role="support")
    report(questions(options.customers), user)
    connection.close()
    if not options.keep:
        administer(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    return 0


if __name__ == "__main__":
    chosen_options = arguments()
    if not chosen_options.use:
        administer(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        administer(f"CREATE DATABASE {NAME}")
    sys.exit(main(chosen_options))
