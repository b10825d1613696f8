"""Addresses, names and domains beyond ASCII, and values that would break out of their place."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from anymail.utils import parse_single_address
from hypothesis import given
from hypothesis import strategies as st

from messaging.assembling import (
    BOUNDARY,
    HeaderRefused,
    assemble,
    headers_of,
    travelling,
    wire_address,
    words,
)
from messaging.letters import Writer
from messaging.models import Message
from messaging.services.planning import plan_messages
from messaging.transports.provider import django_mail
from tests.factories.messaging import TemplateVersionFactory
from tests.factories.outbox import NOON, MessageFactory, SendFactory, reader
from tests.messaging.test_assembling import letter

PRINTABLE = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60)

# Names of one encoded word: the standard library reads longer ones with gaps.
NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=11)


def read(content):
    return message_from_bytes(content, policy=policy.default)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("anna@example.pl", "anna@example.pl"),
        ("Anna.O'Neil+news@Example.PL", "Anna.O'Neil+news@Example.PL"),
        ("biuro@żonkil.pl", "biuro@xn--onkil-hib.pl"),
        ("office@târgu.ro", "office@xn--trgu-boa.ro"),
        ("łucja@example.pl", "łucja@example.pl"),
        ("łucja@żonkil.pl", "łucja@xn--onkil-hib.pl"),
        # Another domain than strasse.de, and somebody else's.
        ("max@straße.de", "max@xn--strae-oqa.de"),
        ("a" * 64 + "@b.pl", "a" * 64 + "@b.pl"),
    ],
)
def test_an_address_as_it_travels(address, expected):
    assert wire_address(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        "@example.pl",
        "anna@",
        "a@b@example.pl",
        "anna@exam ple.pl",
        "anna@example.pl\n",
        "anna\x00@example.pl",
        "anna\x7f@example.pl",
        '"anna nowak"@example.pl',
        "anna@[127.0.0.1]",
        "anna,eva@example.pl",
        "anna;eva@example.pl",
        "Anna <anna@example.pl>",
        "a" * 65 + "@b.pl",
        "anna@ż..pl",
        "anna@" + "ż" * 64 + ".pl",
    ],
)
def test_what_is_no_address_does_not_travel(address):
    with pytest.raises(HeaderRefused):
        wire_address(address)


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("where", ["from_name", "message_id", "one_click"])
def test_no_kind_of_line_break_gets_into_a_header(where, breaks):
    with pytest.raises(HeaderRefused):
        assemble(letter(**{where: f"a{breaks}Bcc: all@example.com"}))


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_a_subject_is_one_line_whatever_is_in_it(breaks):
    mail = read(assemble(letter(subject=f"Hello{breaks}Bcc: all@example.com{breaks}")))

    assert (mail["Subject"], mail["Bcc"]) == ("Hello Bcc: all@example.com", None)


@pytest.mark.parametrize("where", ["from_address", "recipient", "reply_to"])
def test_no_second_recipient_hides_in_an_address(where):
    with pytest.raises(HeaderRefused):
        assemble(letter(**{where: "anna@example.pl,eva@example.pl"}))


def test_a_control_character_in_a_subject_is_refused():
    with pytest.raises(HeaderRefused):
        words("Hello\x00")


@given(st.lists(st.sampled_from(["\r\n", "\n\n", "--", BOUNDARY, "Bcc: x@y.pl", ".", "ż"])))
def test_nothing_in_a_text_ends_the_head_early_or_adds_a_part(pieces):
    text = "".join(pieces).replace(f"--{BOUNDARY}", "")
    mail = read(assemble(letter(text=text, html=b"<p>Hello</p>")))

    assert mail["Bcc"] is None
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@given(name=NAMES)
def test_any_name_comes_out_as_it_went_in(name):
    sender = read(assemble(letter(from_name=name)))["From"].addresses

    assert [(one.display_name, one.addr_spec) for one in sender] == [(name, "shop@example.com")]


@given(text=PRINTABLE)
def test_any_text_comes_out_as_it_went_in(text):
    plain, html = read(assemble(letter(text=text, html=travelling(f"<p>{text}</p>")))).iter_parts()

    assert plain.get_content().rstrip("\n") == text
    assert html.get_content().isascii()


def test_without_a_name_or_automatic_or_answers_there_is_no_trace_of_them():
    mail = read(assemble(letter(from_name="", automatic=False, reply_to="", one_click="")))

    assert str(mail["From"]) == "shop@example.com"
    assert (mail["Auto-Submitted"], mail["Reply-To"]) == (None, None)
    assert dict(headers_of(letter(one_click=""))).keys() == {
        "Message-ID",
        "Date",
        "Auto-Submitted",
    }


def test_half_a_character_is_replaced_and_the_mail_still_made():
    mail = read(assemble(letter(subject="a\ud800b", text="a\ud800b", html=b"<p>a</p>")))

    assert mail["Subject"] == "a?b"


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "Sun, 28 Mar 2027 01:00:00 +0000"),
        (datetime(2027, 10, 31, 0, 59, 59, tzinfo=UTC), "Sun, 31 Oct 2027 00:59:59 +0000"),
    ],
)
def test_the_date_is_in_utc_on_days_when_clocks_change(instant, expected):
    assert dict(headers_of(letter(at=instant)))["Date"] == expected


@given(name=PRINTABLE)
def test_a_provider_gets_any_name_as_it_is(name):
    mail = django_mail(letter(from_name=name))

    found = parse_single_address(mail.from_email)

    assert (found.display_name, found.addr_spec) == (name, "shop@example.com")


def test_a_provider_gets_no_line_break_in_the_subject_and_the_answers_address():
    mail = django_mail(letter(subject="Hello\r\nBcc: all@example.com"))

    assert (mail.subject, mail.reply_to) == ("Hello Bcc: all@example.com", ["ask@example.com"])
    assert mail.extra_headers["List-Unsubscribe"] == "<https://shop.example.com/p/u/abc>"
    assert "Date" not in mail.extra_headers


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"from_address": "sklep@żonkil.pl"}, "sklep@xn--onkil-hib.pl"),
        ({"return_domain": "zwroty.żonkil.pl"}, "@zwroty.xn--onkil-hib.pl"),
    ],
)
def test_bounces_come_back_to_a_domain_in_ascii(values, expected):
    message = MessageFactory(
        message_class="service", **{f"sender__{k}": v for k, v in values.items()}
    )

    parcel = Writer(message.sender, [message]).write(message, NOON)

    assert parcel.letter.return_path.endswith(expected)


@pytest.mark.django_db
def test_no_command_hides_in_the_domain_for_bounces():
    message = MessageFactory(sender__return_domain="example.com>\r\nRCPT TO:<eve@example.com")

    with pytest.raises(HeaderRefused):
        Writer(message.sender, [message]).write(message, NOON)


@pytest.mark.django_db
def test_a_message_id_is_ascii_whatever_the_senders_domain():
    version = TemplateVersionFactory(template__kind="marketing", published_at=NOON)
    send = SendFactory(template=version.template, sender__from_address="sklep@żonkil.pl")

    plan_messages(actor=None, send=send, customer_ids=[reader(1).pk], now=NOON)

    assert Message.objects.get().message_id.endswith("@xn--onkil-hib.pl>")
