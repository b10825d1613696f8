import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.bounce_classes import HARD_STATUSES, Bounce, bounce_of, status_in
from messaging.rules.server_words import tidy_words


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("5.1.1", ""),
        ("5.1.2", "domain does not exist"),
        ("5.1.10", "recipient not found"),
        ("5.7.17", "the mailbox has a new owner"),
        ("5.2.1", "The email account that you tried to reach is disabled"),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)"),
        ("5.4.4", "Host or domain name not found. Name service error: Host not found"),
        ("5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)"),
        ("5.0.0", "smtp; 550 5.1.1 <anna@gone.example>: Recipient address rejected"),
        ("5.0.0", "554 delivery error: dd This user doesn't have a yahoo.example account"),
        ("", "550 No such user here"),
        ("", "550 unknown user"),
        ("", "550 Nie ma takiego użytkownika"),
        ("", "550 Adresát neexistuje"),
        ("", "550 Utilizatorul nu există"),
        ("", "550 5.1.1"),
    ],
)
def test_nobody_is_there(status, words):
    assert bounce_of(status, words) is Bounce.HARD


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("5.2.2", "user unknown"),
        ("5.7.1", "550 5.7.1 user unknown"),
        ("5.7.26", "SPF and DKIM failed"),
        ("5.1.8", "sender address rejected: domain not found"),
        ("5.1.0", "550 5.1.0 <shop@shop.example>: sender address unknown"),
        ("5.2.1", "550-5.2.1 The user you are trying to contact is receiving mail at a rate that"),
        ("5.0.0", "550 Mailbox unavailable: over quota"),
        ("5.0.0", "552 5.2.2 user unknown or mailbox full"),
        ("4.4.7", "delivery time expired, user unknown"),
        ("4.1.1", "450 4.1.1 unknown user"),
        ("", "450 unknown user"),
        ("", "mailbox unavailable"),
        ("", "550 rejected"),
        ("", "550 skrzynka odbiorcy jest pełna, przepełnienie"),
        ("", "host 10.5.1.1 said something about an unknown user"),
        ("", ""),
        ("nonsense", "550 unknown user"),
    ],
)
def test_what_may_pass_or_is_not_understood_is_soft(status, words):
    assert bounce_of(status, words) is Bounce.SOFT


def test_an_address_that_holds_a_word_decides_nothing():
    assert bounce_of("", "550 <spam.policy@gone.example>: user unknown") is Bounce.HARD
    assert bounce_of("", "550 <user.unknown@gone.example>: rejected") is Bounce.SOFT


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("550 5.1.1 no", "5.1.1"),
        ("550-5.1.10 no", "5.1.10"),
        ("#5.2.2", "5.2.2"),
        ("from 10.5.1.1", ""),
        ("5.1.1.7", ""),
        ("3.1.1", ""),
        ("", ""),
    ],
)
def test_the_status_within_the_words(text, status):
    assert status_in(text) == status


@given(st.text(max_size=20), st.text(max_size=300))
def test_hard_needs_a_reason(status, words):
    """Whatever is said: hard only by a plain status, or by a code of refusal or a vague status."""
    if bounce_of(status, words) is Bounce.HARD:
        assert any(digit in status + words for digit in "5")


@given(st.sampled_from(sorted(HARD_STATUSES)), st.text(max_size=100))
def test_a_plain_status_needs_no_words(status, words):
    assert bounce_of(status, words) is Bounce.HARD


@pytest.mark.parametrize(
    ("words", "tidy"),
    [
        ("550 <anna.nowak@gone.example>\r\n unknown", "550 <…@gone.example> unknown"),
        ("anna@a.pl,jan@b.pl", "…@a.pl,…@b.pl"),
        ("a\x00b\u202ec\x1b[31m", "a b c [31m"),
        ("\ud800 lone", "lone"),
        ("x" * 9_000, "x" * 500),
        ("", ""),
    ],
)
def test_words_are_kept_in_one_line_without_addresses(words, tidy):
    assert tidy_words(words) == tidy


@given(st.text(max_size=400))
def test_kept_words_can_always_be_stored(words):
    kept = tidy_words(words)

    assert len(kept) <= 500
    assert kept.encode("utf-8").count(b"\x00") == 0
