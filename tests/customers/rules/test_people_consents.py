"""Consent in a file counts only with all three proofs: when, where, and with what wording."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.rules.flaws import Flaw
from tests.customers.rules.persons import LONDON, person

HEADER = "customer_id;marketing_consent;consent_at;consent_source;consent_text"
AT, SOURCE, TEXT = "2024-05-01 10:00", "shop form", "I agree to offers by e-mail."


def consenting(answer="yes", at=AT, source=SOURCE, text=TEXT, **options):
    return person(HEADER, f"17850;{answer};{at};{source};{text}", **options)


YES = "yes|Y|TRUE|1|x|T|granted|subscribed|opt-in|on|tak|TAK|zgoda|ano|Souhlas|da|Acord"
NO = "no|N|False|0|f|withdrawn|Unsubscribed|opt-out|off|nie|NIE|ne|Nu"


@pytest.mark.parametrize("answer", YES.split("|"))
def test_yes_in_four_languages_with_its_proofs_is_consent(answer):
    consent = consenting(answer).consent

    assert consent.at == datetime(2024, 5, 1, 8, tzinfo=UTC)
    assert (consent.source, consent.text) == (SOURCE, TEXT)


@pytest.mark.parametrize("answer", [*NO.split("|"), "", " ", "NULL", "nan", "-"])
def test_no_and_nothing_are_no_consent_and_need_no_proof(answer):
    for proofs in ({}, {"at": "", "source": "", "text": ""}, {"at": "never"}):
        read = consenting(answer, **proofs)

        assert (read.consent, read.lacks_proof) == (None, False)


@pytest.mark.parametrize(
    "proofs",
    [
        {"at": ""},
        {"source": ""},
        {"text": ""},
        {"at": "NULL"},
        {"source": " - "},
        {"text": "n/a"},
        {"at": "", "source": ""},
        {"at": "", "source": "", "text": ""},
    ],
)
def test_consent_that_lacks_a_proof_is_not_recorded_but_told(proofs):
    read = consenting(**proofs)

    assert (read.consent, read.lacks_proof) == (None, True)


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("customer_id;marketing_consent", "17850;tak"),
        ("customer_id;newsletter;consent_at", "17850;tak;2024-05-01"),
        ("customer_id;newsletter;consent_at;consent_source", "17850;tak;2024-05-01;web"),
    ],
)
def test_columns_that_are_not_there_are_proofs_that_lack(header, line):
    read = person(header, line)

    assert (read.consent, read.lacks_proof) == (None, True)


@pytest.mark.parametrize(
    "proofs",
    [{"source": "web"}, {"at": "2024-05-01"}, {"at": "2024-05-01", "source": "x", "text": "y"}],
)
def test_proofs_without_an_answer_are_no_consent(proofs):
    read = consenting("", **proofs)

    assert (read.consent, read.lacks_proof) == (None, False)


@pytest.mark.parametrize(
    ("at", "instant"),
    [
        ("2024-05-01 10:00", datetime(2024, 5, 1, 9, tzinfo=UTC)),
        ("2024-05-01T10:00:00Z", datetime(2024, 5, 1, 10, tzinfo=UTC)),
        ("2024-05-01T10:00:00+02:00", datetime(2024, 5, 1, 8, tzinfo=UTC)),
        ("2024-05-01", datetime(2024, 4, 30, 22, tzinfo=UTC)),
        ("1.5.2024", datetime(2024, 4, 30, 22, tzinfo=UTC)),
        ("2024-03-31 01:30", datetime(2024, 3, 31, 1, 30, tzinfo=UTC)),
        ("2024-10-27 01:30", datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
    ],
)
def test_times_are_in_the_files_zone_and_days_in_the_shops(at, instant):
    consent = consenting(at=at, zone=LONDON).consent

    assert (consent.at, consent.at.tzinfo) == (instant, UTC)


@pytest.mark.parametrize(
    ("at", "is_past"),
    [
        ("2026-11-22", True),
        ("2026-11-22 23:59:59", True),
        ("2026-11-22T22:59:59Z", True),
        ("2026-11-22T23:00:00Z", False),
        ("2026-11-23", False),
        ("2026-11-23 00:00", False),
        ("2126-11-22", False),
    ],
)
def test_nobody_has_agreed_tomorrow(at, is_past):
    if is_past:
        assert consenting(at=at).consent is not None
    else:
        with pytest.raises(Flaw, match="future_date") as refused:
            consenting(at=at)
        assert refused.value.column == "consent_at"


@pytest.mark.parametrize(
    ("proofs", "column", "code"),
    [
        ({"answer": "perhaps"}, "marketing_consent", "unknown_answer"),
        ({"answer": "2"}, "marketing_consent", "unknown_answer"),
        ({"answer": "yes no"}, "marketing_consent", "unknown_answer"),
        ({"at": "31.02.2024"}, "consent_at", "not_a_date"),
        ({"at": "01/02/2024"}, "consent_at", "ambiguous_date"),
        ({"at": "0024-01-01"}, "consent_at", "date_out_of_range"),
        ({"source": "s" * 256}, "consent_source", "too_long"),
        ({"source": "s\x00"}, "consent_source", "broken_text"),
        ({"text": "t" * 10_001}, "consent_text", "too_long"),
        ({"text": "t\x00"}, "consent_text", "broken_text"),
    ],
)
def test_a_broken_proof_refuses_the_row(proofs, column, code):
    with pytest.raises(Flaw) as refused:
        consenting(**proofs)

    assert (refused.value.column, refused.value.code) == (column, code)


def test_an_unknown_answer_is_named_by_its_beginning():
    with pytest.raises(Flaw) as refused:
        consenting("y" * 1000)

    assert refused.value.values == {"value": "y" * 40}


def test_the_wording_is_kept_to_the_letter():
    wording = "  Zgadzam się — na „oferty”\nprzez e-mail, SMS.  "

    assert consenting(text=wording).consent.text == wording.strip()


@settings(max_examples=40)
@given(st.sampled_from(YES.split("|")), st.tuples(*[st.booleans()] * 3))
def test_consent_has_all_three_proofs_or_none_is_recorded(answer, present):
    proofs = [
        value if there else "" for value, there in zip((AT, SOURCE, TEXT), present, strict=True)
    ]

    read = consenting(answer, *proofs)

    assert (read.consent is not None) == all(present)
    assert read.lacks_proof == (not all(present))
