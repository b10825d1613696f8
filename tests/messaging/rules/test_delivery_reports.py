from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.rules.bounce_classes import Bounce
from messaging.rules.delivery_reports import Action, read_report
from tests.messaging.returned import people, servers
from tests.messaging.returned.servers import OURS, PATH, filled

ANNA = frozenset({"anna@gone.example"})
SERVERS = {
    "postfix": (servers.POSTFIX, "utf-8", Bounce.HARD, "5.1.1"),
    "exim": (servers.EXIM, "utf-8", Bounce.HARD, ""),
    "office": (servers.OFFICE, "utf-8", Bounce.HARD, "5.1.10"),
    "gmail": (servers.GMAIL, "utf-8", Bounce.HARD, "5.1.1"),
    "qmail": (servers.QMAIL, "utf-8", Bounce.HARD, "5.1.1"),
    "seznam": (servers.SEZNAM, "utf-8", Bounce.SOFT, "5.0.0"),
    "polish": (servers.POLISH, "iso-8859-2", Bounce.HARD, "5.1.1"),
}


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_says_who_was_not_reached_and_which_mail_it_was(name):
    template, charset, bounce, status = SERVERS[name]

    report = read_report(filled(template, charset=charset))

    assert report is not None
    assert not report.is_complaint
    [told] = report.recipients
    assert told.action is Action.FAILED
    assert told.addresses == ANNA
    assert (told.status, told.bounce) == (status, bounce)
    assert report.message_ids == (OURS,)


def test_what_the_server_said_is_kept_in_one_line():
    [told] = read_report(filled(servers.OFFICE)).recipients

    assert told.words == (
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient anna@gone.example not"
        " found by SMTP address lookup"
    )


@pytest.mark.parametrize("name", ["POSTFIX", "OFFICE", "QMAIL"])
def test_the_return_path_is_found_where_the_report_came_to(name):
    assert PATH in read_report(filled(getattr(servers, name))).arrived_at


def test_the_instant_is_that_of_the_last_attempt_in_utc():
    assert read_report(filled(servers.GMAIL)).at == datetime(2026, 11, 20, 11, 0, 5, tzinfo=UTC)
    assert read_report(filled(servers.POSTFIX)).at == datetime(2026, 11, 20, 11, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_did_not_fail_is_no_bounce(action):
    raw = filled(servers.POSTFIX, action=action, status="4.4.1", code="451", words="greylisted")

    [told] = read_report(raw).recipients

    assert told.action is Action(action)
    assert told.bounce is None


def test_several_recipients_are_told_apart():
    raw = filled(servers.POSTFIX).replace(
        b"Final-Recipient: rfc822; anna@gone.example",
        b"Final-Recipient: rfc822; jan@gone.example\r\nAction: delayed\r\nStatus: 4.2.2\r\n\r\n"
        b"Final-Recipient: rfc822; anna@gone.example",
    )

    first, second = read_report(raw).recipients

    assert (first.addresses, first.action) == (frozenset({"jan@gone.example"}), Action.DELAYED)
    assert (second.addresses, second.bounce) == (ANNA, Bounce.HARD)


def test_an_original_recipient_in_xtext_is_read():
    """RFC 3461: a plus sign travels as +2B."""
    raw = filled(servers.POSTFIX).replace(
        b"Original-Recipient: rfc822;anna@", b"Original-Recipient: rfc822;anna+2Bnews@"
    )

    [told] = read_report(raw).recipients

    assert told.addresses == {"anna@gone.example", "anna+news@gone.example"}


def test_a_gateway_that_renames_the_parts_changes_nothing():
    raw = filled(servers.POSTFIX).replace(b"message/delivery-status", b"text/plain")

    [told] = read_report(raw).recipients

    assert told.bounce is Bounce.HARD


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out", "other"])
def test_a_complaint_names_its_mail(kind):
    report = read_report(filled(servers.COMPLAINT, kind=kind))

    assert report.is_complaint
    assert report.recipients == ()
    assert report.message_ids == (OURS,)
    assert PATH in report.arrived_at
    assert report.at == datetime(2026, 11, 20, 10, 59, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "dmarc", ""])
def test_other_feedback_is_no_complaint(kind):
    """RFC 6430: "not spam" is said by those who want the mail."""
    assert read_report(filled(servers.COMPLAINT, kind=kind)) is None


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("language", people.VACATIONS)
def test_a_vacation_notice_is_no_report(language, marked):
    assert read_report(people.vacation(language, marked=marked)) is None


def test_a_read_receipt_is_no_report():
    assert read_report(people.RECEIPT) is None


def test_a_person_who_passes_a_report_on_reports_nothing():
    inner = filled(servers.POSTFIX).decode()
    head = "From: Anna <anna@gone.example>\r\nContent-Type: multipart/mixed; boundary=fwd\r\n\r\n"
    raw = f"{head}--fwd\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--fwd--\r\n"

    assert read_report(raw.encode()) is None


def test_a_delay_in_plain_words_is_no_report():
    raw = filled(servers.EXIM).replace(b"Mail delivery failed: returning", b"Warning: delayed")

    assert read_report(raw) is None


def test_copies_of_a_report_have_one_digest_and_others_have_another():
    first = read_report(filled(servers.GMAIL))
    copy = read_report(
        b"Received: from elsewhere\r\n"
        + filled(servers.GMAIL).replace(b"Delivered-To: shop@", b"Delivered-To: other@")
    )
    later = read_report(filled(servers.GMAIL).replace(b"673dd2c1", b"673dd2c2"))

    assert first.digest == copy.digest != later.digest


def test_only_the_beginning_of_a_long_mail_is_read():
    raw = filled(servers.POSTFIX) + b"x" * 6_000_000

    assert read_report(raw).recipients[0].bounce is Bounce.HARD


def nested(levels):
    """Reports within reports."""
    line = "Content-Type: multipart/report; boundary=b{0}\n\n--b{0}\n"
    return "".join(line.format(level) for level in range(levels)).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00",
        b"Content-Type: message/rfc822\n\n" * 5_000,
        nested(49),
        nested(9_000),
        b"From: mailer-daemon@x\nContent-Type: multipart/report; boundary*0*=x''%ff\n\n--",
        b"From: mailer-daemon@x\nContent-Type: message/delivery-status\n\nAction: failed (x)",
        b"From: =?x?b?!?= <mailer-daemon@x>\nSubject: =?utf-8?q?Undeliver=\n\n550 <a@b>",
        filled(servers.GMAIL).replace(b"UTF-8", b"x-unknown-8bit\xff"),
        filled(servers.OFFICE).replace(b"iso-8859-2", b"utf-7"),
    ],
)
def test_what_is_broken_is_read_as_far_as_it_goes(raw):
    read_report(raw)


BROKEN_HEAVILY = settings(max_examples=60, deadline=None)


@BROKEN_HEAVILY
@given(st.binary(max_size=2_000))
def test_no_bytes_make_it_raise(raw):
    read_report(b"From: mailer-daemon@x\r\nSubject: failure notice\r\n" + raw)


@BROKEN_HEAVILY
@given(
    st.sampled_from([filled(SERVERS[name][0]) for name in SERVERS] + [filled(servers.COMPLAINT)]),
    st.lists(
        st.tuples(st.integers(0, 3_000), st.integers(0, 40), st.binary(max_size=12)), max_size=8
    ),
)
def test_no_damage_makes_it_raise(raw, damages):
    for start, length, put in damages:
        raw = raw[:start] + put + raw[start + length :]

    report = read_report(raw)

    assert report is None or len(report.digest) == 64
