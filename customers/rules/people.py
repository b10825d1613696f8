"""Rows of a file of customers, read: contacts, names, birthday, consent with its proof."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale

from core.clock import zone_names
from core.csv_writing import unescape
from core.text import fold, squeeze
from customers.rules.birthdays import YearlyDay, exists, is_past
from customers.rules.csv_reading import Row, fitted
from customers.rules.dates import Order, moment_of, parse_day, parse_moment
from customers.rules.documents import LONGEST_CELL
from customers.rules.flaws import Flaw
from customers.rules.identity_keys import email_key, external_key, phone_key
from customers.rules.placeholders import something
from customers.rules.tags import LONGEST_TAG, MOST_TAGS, split_tags

LONGEST = {
    "first_name": 120,
    "last_name": 120,
    "address": 255,
    "city": 120,
    "postcode": 20,
}
LONGEST_PROOF = 255
_ANSWERS = {
    True: "yes y true 1 x t granted subscribed opt-in tak ano da zgoda souhlas acord on",
    False: "no n false 0 f withdrawn unsubscribed opt-out nie ne nu off",
}
_ANSWER = {word: answer for answer, words in _ANSWERS.items() for word in words.split()}
_YEARLY = re.compile(r"--([0-9]{2})-([0-9]{2})")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,4})?")
NAMING_LANGUAGES = ("en", "pl", "cs", "ro")
# CLDR's codes of unions, of nowhere, and of its own tests.
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@dataclass(frozen=True, slots=True)
class Consent:
    """Consent to offers with its three proofs; `at` is in UTC."""

    at: datetime
    source: str
    text: str


@dataclass(slots=True)
class Person:
    """One row: what it says of a customer. Empty and missing cells say nothing.

    `fields` are values of the customer's columns; `lacks_proof`: consent was claimed without
    all of its proofs, so it is not recorded; nor is one for an address that turns out to be
    another customer's (`is_consent_elsewhere`). `has_tags_left_out`: with those on file they
    would have been too many.
    """

    row: Row
    external: str = ""
    email: str = ""
    email_written: str = ""
    phone: str = ""
    phone_written: str = ""
    fields: dict[str, str | int | date | None] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    consent: Consent | None = None
    lacks_proof: bool = False
    is_consent_elsewhere: bool = False
    has_tags_left_out: bool = False

    @property
    def name_key(self) -> str:
        """The folded name, as customers are sorted."""
        return fold(f"{self.fields.get('last_name', '')} {self.fields.get('first_name', '')}")


@dataclass(frozen=True, slots=True)
class PersonReading:
    """How the file's cells are to be read; `today` is the shop's civil date, `home` the country
    of phone numbers in rows that name none."""

    columns: Mapping[str, int]
    width: int
    zone: ZoneInfo
    shop_zone: ZoneInfo
    today: date
    orders: Mapping[str, Order | None] = field(default_factory=dict)
    home: str = ""


class PersonReader:
    """Reads rows of one file; a row with a flaw is refused as a whole."""

    def __init__(self, reading: PersonReading) -> None:
        self.reading = reading

    def read(self, row: Row) -> Person:
        """What the row says. Raises `Flaw`."""
        cells = fitted(row[1], self.reading.width)
        person = Person(row)
        self._texts(person, cells)
        self._contacts(person, cells)
        self._dates(person, cells)
        person.tags = self._tags(cells)
        self._consent(person, cells)
        return person

    def _cell(self, cells: Sequence[str], column: str) -> str:
        place = self.reading.columns.get(column)
        return "" if place is None else something(unescape(cells[place].strip()))

    def _text(self, cells: Sequence[str], column: str, longest: int) -> str:
        text = self._cell(cells, column)
        if len(text) > longest:
            raise Flaw("too_long", column=column, longest=longest)
        if "\x00" in text:
            raise Flaw("broken_text", column=column)
        return text

    def _texts(self, person: Person, cells: Sequence[str]) -> None:
        for column, longest in LONGEST.items():
            if text := squeeze(self._text(cells, column, longest)):
                person.fields[column] = text
        if notes := self._text(cells, "notes", LONGEST_CELL):
            person.fields["notes"] = notes.replace("\r\n", "\n")
        for column, read in _CODES.items():
            if text := self._text(cells, column, LONGEST_CELL):
                person.fields[column] = _coded(column, text, read)

    def _contacts(self, person: Person, cells: Sequence[str]) -> None:
        if text := self._text(cells, "customer_id", LONGEST_CELL):
            person.external = external_key(text) or ""
            if not person.external:
                raise Flaw("broken_customer_id", column="customer_id")
        if text := self._text(cells, "email", LONGEST_CELL):
            person.email, person.email_written = email_key(text) or "", squeeze(text)
            if not person.email:
                raise Flaw("not_an_email", column="email")
        if text := self._text(cells, "phone", LONGEST_CELL):
            country = str(person.fields.get("country", "")) or self.reading.home
            person.phone, person.phone_written = phone_key(text, country) or "", squeeze(text)
            if not person.phone:
                raise Flaw("not_a_phone", column="phone")
        if not (person.external or person.email or person.phone):
            raise Flaw("nobody")

    def _dates(self, person: Person, cells: Sequence[str]) -> None:
        if text := self._cell(cells, "birthday"):
            birthday = self._birthday(text)
            names = ("birth_year", "birth_month", "birth_day")
            values = (birthday.year, birthday.month, birthday.day)
            person.fields.update(zip(names, values, strict=True))
        if text := self._cell(cells, "joined_on"):
            joined = self._read(parse_day, "joined_on", text)
            if joined > self.reading.today:
                raise Flaw("future_date", column="joined_on")
            person.fields["joined_on"] = joined

    def _birthday(self, text: str) -> YearlyDay:
        match = _YEARLY.fullmatch(text)
        if match:
            birthday = YearlyDay(int(match[1]), int(match[2]), None)
        else:
            day = self._read(parse_day, "birthday", text)
            birthday = YearlyDay(day.month, day.day, day.year)
        if not exists(birthday):
            raise Flaw("not_a_date", column="birthday")
        if not is_past(birthday, self.reading.today):
            raise Flaw("future_date", column="birthday")
        return birthday

    def _read(self, parse: Callable[..., date], column: str, text: str) -> date:
        try:
            return parse(text, self.reading.orders.get(column))
        except Flaw as flaw:
            raise flaw.at(column) from None

    def _tags(self, cells: Sequence[str]) -> tuple[str, ...]:
        parts = split_tags(self._cell(cells, "tags"))
        tags = [tag for part in parts if (tag := squeeze(part))]
        if any(len(tag) > LONGEST_TAG for tag in tags):
            raise Flaw("too_long", column="tags", longest=LONGEST_TAG)
        if any("\x00" in tag for tag in tags):
            raise Flaw("broken_text", column="tags")
        if len(tags) > MOST_TAGS:
            raise Flaw("too_many_tags", column="tags", most=MOST_TAGS)
        return tuple(tags)

    def _consent(self, person: Person, cells: Sequence[str]) -> None:
        answer = self._cell(cells, "marketing_consent")
        if not answer:
            return
        agreed = _ANSWER.get(fold(answer))
        if agreed is None:
            raise Flaw("unknown_answer", column="marketing_consent", value=answer[:40])
        if not agreed:
            return
        text = self._text(cells, "consent_text", LONGEST_CELL)
        source = self._text(cells, "consent_source", LONGEST_PROOF)
        at = self._cell(cells, "consent_at")
        if text and source and at:
            person.consent = Consent(self._instant(at), source, text)
        else:
            person.lacks_proof = True

    def _instant(self, text: str) -> datetime:
        moment = self._read(parse_moment, "consent_at", text)
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day, tzinfo=self.reading.shop_zone)
        elif moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.reading.zone)
        instant = moment_of(moment, self.reading.shop_zone)
        if instant.local_day > self.reading.today.toordinal():
            raise Flaw("future_date", column="consent_at")
        return instant.at


def _coded(column: str, text: str, read: Callable[[str], str | None]) -> str:
    value = read(text)
    if value is None:
        raise Flaw(f"unknown_{_KIND_OF.get(column, column)}", column=column, value=text[:40])
    return value


_KIND_OF = {"timezone": "zone"}


def read_language(text: str) -> str | None:
    """A language's code ('pl', from 'pl-PL' too) or its name in one of four languages."""
    match = _LANGUAGE.fullmatch(text.strip().lower())
    if match and match[1] in _language_codes():
        return match[1]
    return _names("languages").get(fold(text))


def read_country(text: str) -> str | None:
    """A country's two letters, from its name in one of four languages too."""
    code = text.strip().upper()
    code = "GB" if code == "UK" else code
    if len(code) == 2 and code.isalpha() and code in Locale("en").territories:
        return None if code in _NO_COUNTRIES else code
    return _names("territories").get(fold(text))


def read_zone(text: str) -> str | None:
    """A time zone as it is named."""
    return text.strip() if text.strip() in _zones() else None


@cache
def _zones() -> frozenset[str]:
    return frozenset(zone_names())


@cache
def _language_codes() -> frozenset[str]:
    return frozenset(str(code) for code in Locale("en").languages if "_" not in str(code))


@cache
def _names(kind: str) -> dict[str, str]:
    """Folded names to codes; only codes of two letters."""
    named: dict[str, str] = {}
    for language in NAMING_LANGUAGES:
        for code, name in getattr(Locale(language), kind).items():
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES:
                named.setdefault(fold(name), code)
    return named


_CODES: dict[str, Callable[[str], str | None]] = {
    "country": read_country,
    "language": read_language,
    "timezone": read_zone,
}
