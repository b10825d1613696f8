"""Importing a file of customers: found by number, e-mail, or phone and name; else made.

The customer number wins over the e-mail; where the two belong to different customers, these
are noted as possible duplicates. Given cells fill in and change, empty ones change nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from customers.locks import lock_purchase_writing
from customers.rules.csv_reading import Form, Head, Opener, Row, detect_form, read_head, rows_of
from customers.rules.flaws import Flaw
from customers.rules.headers import CUSTOMER_NAMES, match_columns, require
from customers.rules.people import Person, PersonReader, PersonReading
from customers.rules.tags import MOST_TAGS
from customers.services.batch import Saved
from customers.services.customer_lookup import SAME_EMAIL, note_pairs
from customers.services.document_stream import Scan, scan
from customers.services.import_report import Problem, Step, Tally, Watcher, problem_of
from customers.services.people_matching import Matching
from customers.services.people_states import StateStore
from customers.services.people_writing import PeopleFile

BATCH = 2_000
_DATES = ("birthday", "joined_on", "consent_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerOptions:
    """How a file of customers is to be read; `today` is the shop's civil date, `home` its
    country."""

    zone: ZoneInfo
    shop_zone: ZoneInfo
    today: date
    home: str = ""
    mapping: Mapping[str, str | int] = field(default_factory=dict)
    encoding: str = ""
    separator: str = ""
    most_rows: int | None = None


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """A file understood."""

    open_raw: Opener
    form: Form
    head: Head
    columns: dict[str, int]
    scan: Scan
    reader: PersonReader


def look_at(open_raw: Opener, options: CustomerOptions) -> tuple[Head, dict[str, int]]:
    """The head of the file and its columns, without reading it all. Raises `FileRefused`."""
    form = detect_form(open_raw, encoding=options.encoding, separator=options.separator)
    head = read_head(open_raw, form)
    samples = [cells for _number, cells in head.samples]
    columns = match_columns(head.headers, CUSTOMER_NAMES, options.mapping, samples)
    require(head.headers, columns, ["customer_id"], ["email"], ["phone"])
    return head, columns


def understand(open_raw: Opener, options: CustomerOptions) -> CustomerFile:
    """Read the whole file once, writing nothing. Raises `FileRefused`."""
    head, columns = look_at(open_raw, options)
    found = scan(
        open_raw,
        head.form,
        number_columns={},
        date_columns={name: columns[name] for name in _DATES if name in columns},
        most_rows=options.most_rows,
    )
    reading = PersonReading(
        columns,
        len(head.headers),
        options.zone,
        options.shop_zone,
        options.today,
        orders={name: found.order(name) for name in _DATES},
        home=options.home,
    )
    return CustomerFile(open_raw, head.form, head, columns, found, PersonReader(reading))


def import_customers(
    file: CustomerFile,
    *,
    now: datetime,
    watch: Watcher,
    start: Tally | None = None,
    dry_run_store: StateStore | None = None,
) -> Tally:
    """Save all rows of the file, `BATCH` per transaction; with `dry_run_store` only count.

    `start` is the tally of an earlier part: its rows are passed over. The caller records the
    act.
    """
    tally = start or Tally()
    rows = islice(_rows(file), tally.documents, None)
    while batch := list(islice(rows, BATCH)):
        for is_last in (False, True):
            following = deepcopy(tally)
            try:
                with transaction.atomic():
                    problems = _save(batch, file, following, now, dry_run_store)
                    watch(Step(following, problems))
            except IntegrityError:
                # Somebody added one of the contacts at the same moment: now it can be seen.
                if is_last:
                    raise
            else:
                break
        tally = following
    return tally


def _rows(file: CustomerFile) -> Iterator[Row]:
    reading = rows_of(file.open_raw, file.form)
    next(reading, None)
    return reading


def _save(
    rows: Sequence[Row],
    file: CustomerFile,
    tally: Tally,
    now: datetime,
    planned: StateStore | None,
) -> list[Problem]:
    people: list[Person] = []
    problems: list[Problem] = []
    for row in rows:
        try:
            people.append(file.reader.read(row))
        except Flaw as flaw:
            problems.append(problem_of(row, flaw))
            tally.rejected += 1
    tally.rows += len(rows)
    tally.documents += len(rows)
    tally.saved.add(_save_people(people, now, planned))
    problems += [problem for person in people for problem in _left_out(person)]
    return problems


def _left_out(person: Person) -> Iterator[Problem]:
    """What was not taken of a row that was."""
    number, cells = person.row
    if why := _no_consent_why(person):
        yield Problem(number, "marketing_consent", why, {}, cells, is_rejected=False)
    if person.has_tags_left_out:
        values = {"most": MOST_TAGS}
        yield Problem(number, "tags", "too_many_tags", values, cells, is_rejected=False)


def _no_consent_why(person: Person) -> str:
    """Why the consent that the row claims is not recorded; empty where it is, or none is."""
    if person.lacks_proof:
        return "consent_without_proof"
    return "consent_of_another" if person.is_consent_elsewhere else ""


def _save_people(people: Sequence[Person], now: datetime, planned: StateStore | None) -> Saved:
    lock_purchase_writing()
    store: StateStore = planned or PeopleFile()
    matching = Matching(people, store)
    saved = _counted(people, matching)
    store.keep(matching.states.values(), now)
    if planned is None:
        note_pairs(matching.pairs, reason=SAME_EMAIL, now=now)
    return saved


def _counted(people: Sequence[Person], matching: Matching) -> Saved:
    """Apply the rows in order. Several rows of one customer on file are one update, if they
    change anything in the end; of a new customer the first is the making."""
    saved, met = Saved(), set()
    for person in people:
        state = matching.state_of(person)
        matching.give_contacts(person, state)
        changed = state.apply(person, matching.withdrawn) or matching.gave
        if state.is_new:
            saved.created += state.pk not in met
            saved.updated += changed and state.pk in met
        met.add(state.pk)
    known = [matching.states[pk] for pk in met if not matching.states[pk].is_new]
    saved.updated += sum(state.is_changed for state in known)
    saved.unchanged = len(people) - saved.created - saved.updated
    saved.customers_created = saved.created
    return saved
