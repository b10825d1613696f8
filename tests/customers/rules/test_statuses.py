"""Words for states and kinds of documents, in four languages and from shop programs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.flaws import Flaw
from customers.rules.statuses import (
    LONGEST_STATUS,
    NOT_SOLD,
    is_in_order,
    is_known,
    is_refund_word,
    normal_status,
)
from tests.customers.rules.files import outcome


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("cancelled", "cancelled|Canceled|CANCELLED|wc-cancelled|wc_cancelled| cancelled "),
        ("cancelled", "Anulowane|anulowany|Anulowano|ANULOWANA|Anulowanie"),
        ("cancelled", "Zrušena|zrušeno|Zrušený|Stornováno|Storno|ZRUSENE"),
        ("cancelled", "Anulat|Anulată|anulate|anulata"),
        ("failed", "failed|Failure|wc-failed|Payment failed|payment_failed|PAYMENT-FAILED"),
        ("failed", "Nieudane|Niepowodzenie|Płatność nieudana|Nieudana płatność"),
        ("failed", "Selhalo|Neúspěšná|neúspěšné|Platba selhala|nezdařilo se"),
        ("failed", "Eșuată|Eşuată|esuat|Nereușită|Plată eșuată"),
        ("pending", "pending|Pending payment|wc-pending|Payment pending|pending-payment"),
        ("pending", "Oczekujące|W oczekiwaniu|Oczekuje na płatność|Nieopłacone"),
        ("pending", "Oczekujące na płatność|Oczekiwanie na płatność|oczekuje"),
        ("pending", "Čekající|Čeká na platbu|Čeká na zaplacení|Nevyřízeno|čeká na vyřízení"),
        ("pending", "În așteptare|In asteptare|În aşteptarea plăţii|Așteaptă plata"),
        ("draft", "draft|Draft|checkout-draft|wc-checkout-draft|Checkout draft"),
        ("draft", "Szkic|Wersja robocza|Roboczy|ROBOCZE"),
        ("draft", "Koncept|Rozpracováno|Návrh|rozpracovana"),
        ("draft", "Ciornă|ciorna|Schiță|schita"),
        ("cancelled", "Anulowane przez klienta|Zamówienie anulowane|Zamówienie: ANULOWANE"),
        ("cancelled", "Cancelled by customer|Order cancelled|Canceled (by the seller)|voided|Void"),
        ("cancelled", "stornované|Stornovaná|Objednávka zrušena|Zrušeno zákazníkem|Zrušenou"),
        ("cancelled", "Comandă anulată|Anulată de client|Anulat de către vânzător|anulatei"),
        ("failed", "Transakcja nieudana|Transaction failed|Tranzacție eșuată|Platba neúspěšná"),
        ("pending", "Zamówienie nieopłacone|Unpaid|Nezaplaceno|Neplătită|Objednávka nevyřízena"),
    ],
)
def test_words_that_say_nothing_was_sold_have_one_code(code, words):
    assert {word: normal_status(word) for word in words.split("|")} == dict.fromkeys(
        words.split("|"), code
    )


@pytest.mark.parametrize(
    "status",
    [
        "",
        "completed",
        "Completed",
        "wc-completed",
        "processing",
        "on-hold",
        "paid",
        "refunded",
        "partially_refunded",
        "shipped",
        "Zrealizowane",
        "Wysłane",
        "W realizacji",
        "Opłacone",
        "Zwrócone",
        "Vyřízeno",
        "Odesláno",
        "Zaplaceno",
        "Finalizată",
        "Expediată",
        "Plătită",
        "not cancelled",
        "nie anulowane",
        "anulowane, wysłane ponownie",
        "Neanulată",
        "voidance",
        "przez klienta",
        "Order",
        "cancelled by mistake, sent",
        "uncancelled",
        "pendingg",
        "1",
        "__proto__",
        "完了",
    ],
)
def test_every_other_status_stays_as_written_and_counts(status):
    assert normal_status(status) == status
    assert is_in_order(normal_status(status))


def test_the_codes_are_these_four_and_none_of_them_counts():
    assert NOT_SOLD == ("cancelled", "failed", "pending", "draft")
    assert [is_in_order(code) for code in NOT_SOLD] == [False] * 4
    assert [normal_status(code) for code in NOT_SOLD] == list(NOT_SOLD)


@pytest.mark.parametrize(
    "status", ["", "cancelled", "wc-Completed", "Wysłane", "on hold", "Plătită"]
)
def test_a_status_that_is_known_needs_no_second_look(status):
    assert is_known(status)


@pytest.mark.parametrize("status", ["not cancelled", "Czeka na kuriera", "完了", "1"])
def test_any_other_is_strange(status):
    assert not is_known(status)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("  Wysłane\t", "Wysłane"),
        ("x" * 40, "x" * 40),
        ("x" * 41, "x" * 40),
        ("x" * 1_000_000, "x" * 40),
        ("ż" * 50, "ż" * 40),
    ],
)
def test_a_status_is_stored_within_its_column(written, stored):
    assert normal_status(written) == stored


@pytest.mark.parametrize(
    "word",
    [
        "purchase",
        "Purchase",
        "SALE",
        "order",
        "Invoice",
        "receipt",
        "zakup",
        "Sprzedaż",
        "Zamówienie",
        "paragon",
        "Faktura",
        "nákup",
        "Prodej",
        "objednávka",
        "Účtenka",
        "cumpărare",
        "Achiziție",
        "vânzare",
        "Comandă",
        "factură",
        "bon",
        " sale ",
    ],
)
def test_words_for_a_purchase_in_four_languages(word):
    assert is_refund_word(word) is False


@pytest.mark.parametrize(
    "word",
    [
        "refund",
        "Refund",
        "RETURN",
        "returned",
        "Credit note",
        "credit_note",
        "credit-note",
        "chargeback",
        "zwrot",
        "Zwrot środków",
        "Korekta",
        "Faktura korygująca",
        "vrácení",
        "Vratka",
        "vrácení peněz",
        "Dobropis",
        "refundace",
        "rambursare",
        "Retur",
        "returnare",
        "Notă de credit",
        " refund ",
    ],
)
def test_words_for_a_refund_in_four_languages(word):
    assert is_refund_word(word) is True


@pytest.mark.parametrize(
    "word", ["gift", "refunds?", "0", "true", "purchase refund", "-", "__proto__", "退款", "a\x00"]
)
def test_any_other_word_is_refused_and_named(word):
    with pytest.raises(Flaw) as refused:
        is_refund_word(word)

    assert (refused.value.code, refused.value.values) == ("unknown_type", {"value": word})


def test_a_long_word_is_named_by_its_beginning():
    with pytest.raises(Flaw) as refused:
        is_refund_word("y" * 1_000_000)

    assert refused.value.values == {"value": "y" * 40}


@given(st.text(max_size=80))
def test_a_stored_status_fits_and_is_stable(text):
    stored = normal_status(text)

    assert len(stored) <= LONGEST_STATUS
    assert normal_status(stored.strip()) == stored.strip()


@given(st.text(max_size=30))
def test_any_text_is_a_kind_or_refused_by_name(text):
    assert outcome(is_refund_word, text) in {True, False, "unknown_type"}


@given(
    st.sampled_from(["anulowane", "čeká na platbu", "în așteptare", "payment failed", "zwrot"]),
    st.sampled_from([str.upper, str.title, lambda word: f" {word} "]),
    st.sampled_from([" ", "_", "-", "  ", "\u00a0"]),
)
def test_capitals_and_gaps_do_not_matter(word, rewrite, gap):
    written = rewrite(word.replace(" ", gap))

    if word == "zwrot":
        assert is_refund_word(written) is True
    else:
        assert normal_status(written) == normal_status(word) in NOT_SOLD
