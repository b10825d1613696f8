"""The points of a customer from the command line: earn, refund, redeem, balance."""

import argparse
import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core import clock
from core.errors import Refused
from core.money import known_currencies, minor_digits, to_minor
from core.services.shop import get_shop
from loyalty.balances import balance_document
from loyalty.customers_named import customer_named, customer_named_or_made
from loyalty.errors import LoyaltyRefused, currency_mismatch
from loyalty.services.acts import Done
from loyalty.services.earning import earn_for_order
from loyalty.services.programmes import get_programme
from loyalty.services.redeeming import redeem
from loyalty.services.refunding import refund_order

# As many digits as a sum or a number of points can have that a database still adds up.
MOST_DIGITS = 15
# Calendars end, and so do the years to which months can be added.
FIRST_YEAR, LAST_YEAR = 1900, 9900
Answer = dict[str, Any]


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount like 79.99") from None
    if not amount.is_finite() or amount < 0 or amount.adjusted() >= MOST_DIGITS:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount of money")
    return amount


def _units(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above zero")
    return int(text)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant in ISO 8601") from None
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"{text!r} is not in {FIRST_YEAR} to {LAST_YEAR}")
    return instant


def _currency(text: str) -> str:
    if text not in known_currencies():
        raise argparse.ArgumentTypeError(f"{text!r} is no currency code")
    return text


def _words(most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not text.strip() or len(text) > most or not text.isprintable():
            raise argparse.ArgumentTypeError(f"give 1 to {most} characters")
        return text

    return read


class Command(BaseCommand):
    help = "Earn, refund, redeem or read a customer's points."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="subcommand", required=True)
        earn = _subcommand(commands, "earn", "--customer", "--order", "--amount")
        earn.add_argument("--create", action="store_true", help="make the customer if needed")
        earn.add_argument("--currency", type=_currency, help="default the programme's")
        _subcommand(commands, "refund", "--order", "--amount")
        _subcommand(commands, "redeem", "--customer", "--points")
        _subcommand(commands, "balance", "--customer")

    def handle(self, *args: Any, **options: Any) -> None:
        options["now"] = _in_shop(options["at"])
        try:
            answer = getattr(self, "_" + options["subcommand"])(options)
        except Refused as refusal:
            code = refusal.code if isinstance(refusal, LoyaltyRefused) else refusal.message
            self.stdout.write(json.dumps({"error": str(code)}))
            raise SystemExit(1) from None
        self.stdout.write(json.dumps(answer))

    @transaction.atomic
    def _earn(self, options: dict[str, Any]) -> Answer:
        programme = get_programme()
        currency = options["currency"] or programme.currency
        if currency != programme.currency:
            raise currency_mismatch(programme.currency)
        amount = _minor(options["amount"], currency)
        find = customer_named_or_made if options["create"] else _only_named
        done = earn_for_order(
            actor=None,
            customer=find(options["customer"], options["now"]),
            programme=programme,
            order=options["order"],
            amount_minor=amount,
            currency=currency,
            now=options["now"],
            key=_key(options),
        )
        return _answer(done, "earned")

    def _refund(self, options: dict[str, Any]) -> Answer:
        programme = get_programme()
        done = refund_order(
            actor=None,
            programme=programme,
            order=options["order"],
            amount_minor=_minor(options["amount"], programme.currency),
            now=options["now"],
            key=_key(options),
        )
        return _answer(done, "refunded")

    def _redeem(self, options: dict[str, Any]) -> Answer:
        done = redeem(
            actor=None,
            customer=customer_named(options["customer"]),
            programme=get_programme(),
            units=options["points"],
            now=options["now"],
            key=_key(options),
        )
        return _answer(done, "redeemed")

    def _balance(self, options: dict[str, Any]) -> Answer:
        return balance_document(
            customer=customer_named(options["customer"]),
            programme=get_programme(),
            now=options["now"],
        )


_TYPES: dict[str, Callable[[str], Any]] = {
    "--customer": _words(100),
    "--order": _words(100),
    "--amount": _amount,
    "--points": _units,
}


def _subcommand(commands: Any, name: str, *needed: str) -> Any:
    parser = commands.add_parser(name)
    for argument in needed:
        parser.add_argument(argument, type=_TYPES[argument], required=True)
    parser.add_argument("--key", type=_words(180), help="repeating the key repeats the answer")
    parser.add_argument("--at", type=_instant, help="when; the shop's zone where none is said")
    parser.add_argument("--json", action="store_true", help="the only form; may be left out")
    return parser


def _in_shop(at: datetime | None) -> datetime:
    if at is None:
        return clock.now()
    return at if at.tzinfo else at.replace(tzinfo=get_shop().zone)


def _minor(amount: Decimal, currency: str) -> int:
    if -int(amount.normalize().as_tuple().exponent) > minor_digits(currency):
        raise CommandError(f"{amount} has more digits than {currency} has", returncode=2)
    return to_minor(amount, currency)


def _only_named(number: str, now: datetime) -> Any:
    return customer_named(number)


def _key(options: dict[str, Any]) -> str:
    return f"key:{options['key']}" if options["key"] else ""


def _answer(done: Done, word: str) -> Answer:
    return {"result": "replayed" if done.replayed else word, **done.result}
