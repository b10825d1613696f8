"""Words for the state and the kind of a document, in four languages, as shops export them.

Statuses that say that nothing was sold are stored by one code each, so that SQL can tell them;
all others are stored as written, and count. A status is what it says apart from what it is said
of ('Zamówienie anulowane') and who did it ('Anulowane przez klienta'); where anything else stands
beside ('not cancelled') it is not understood, and counts.
"""

import re
from functools import lru_cache

from core.text import fold
from customers.rules.flaws import Flaw

LONGEST_STATUS = 40
# The first word is the code.
_NOT_SOLD = {
    "cancelled": """cancelled canceled anulowane anulowany anulowana anulowano anulowanie
        zrusena zruseno zruseny zrusene stornovano stornovana storno anulat anulata anulate""",
    "failed": """failed failure nieudane nieudany nieudana nieudano niepowodzenie selhalo selhala
        selhal neuspesna neuspesne neuspesny nezdarilo_se nezdarena esuat esuata esuate nereusit
        nereusita platnosc_nieudana nieudana_platnosc payment_failed platba_selhala plata_esuata""",
    "pending": """pending pending_payment payment_pending oczekujace oczekujacy oczekujaca oczekuje
        w_oczekiwaniu oczekuje_na_platnosc oczekujace_na_platnosc oczekiwanie_na_platnosc
        oczekiwanie nieoplacone cekajici ceka ceka_na_platbu ceka_na_zaplaceni cekajici_na_platbu
        ceka_na_vyrizeni nevyrizeno nevyrizena in_asteptare asteapta in_asteptarea_platii
        asteapta_plata plata_in_asteptare""",
    "draft": """draft checkout_draft szkic wersja_robocza robocze roboczy robocza koncept
        rozpracovano rozpracovana navrh ciorna schita""",
}
# One word in any gender, number and case; folded.
_STEMS = {
    "cancelled": r"cancell?ed|void(ed)?|anulowan\w{1,3}|zrusen\w{1,3}|stornovan\w{1,3}"
    r"|anulat\w{0,3}",
    "failed": r"failed|nieudan\w{1,3}|neuspesn\w{1,3}|esuat\w{0,3}|nereusit\w{0,3}",
    "pending": r"pending|unpaid|oczekujac\w{1,3}|nieoplacon\w{1,3}|nezaplacen\w{1,3}|cekajic\w{0,3}"
    r"|nevyrizen\w{1,3}|neplatit\w{0,3}",
    "draft": r"draft|szkic\w{0,2}|robocz\w{1,3}|rozpracovan\w{1,3}|ciorn\w{1,3}",
}
_STEM = {code: re.compile(pattern) for code, pattern in _STEMS.items()}
# What a status is said of, and who brought it about.
_BESIDE_TEXT = """wc status order purchase sale payment transaction by the customer client buyer
    user seller shop store merchant admin system automatically
    zamowienie zakup platnosc transakcja przez klienta klientke kupujacego sprzedawce
    sprzedajacego sklep uzytkownika administratora system automatycznie
    objednavka nakup platba transakce zakaznikem klientem kupujicim prodejcem prodavajicim
    obchodem uzivatelem systemem automaticky
    comanda cumpararea plata tranzactia tranzactie de catre client cumparator vanzator magazin
    utilizator sistem automat"""
# Words of sales: those need no second look.
_SOLD_TEXT = """completed complete processing on_hold paid shipped sent delivered fulfilled closed
    done refunded partially_refunded partially_paid ready_to_ship invoiced
    zrealizowane zrealizowany zrealizowana zrealizowano w_realizacji w_trakcie_realizacji oplacone
    oplacony oplacona zaplacone wyslane wyslany wyslana dostarczone dostarczono odebrane zakonczone
    zwrocone
    vyrizeno vyrizena vyrizuje_se zpracovava_se odeslano odeslana zaplaceno zaplacena doruceno
    dorucena dokonceno dokoncena vraceno
    finalizata finalizat in_procesare procesata expediata expediat livrata livrat platita platit
    rambursata"""
_BESIDE, _SOLD = frozenset(_BESIDE_TEXT.split()), frozenset(_SOLD_TEXT.split())
_CODE_OF = {word: code for code, words in _NOT_SOLD.items() for word in words.split()}
NOT_SOLD = tuple(_NOT_SOLD)

_PURCHASE = """purchase sale order invoice receipt zakup sprzedaz zamowienie paragon faktura nakup
    prodej objednavka uctenka cumparare cumparatura achizitie vanzare comanda factura bon"""
_REFUND = """refund return returned credit credit_note chargeback zwrot zwrot_srodkow korekta
    faktura_korygujaca vraceni vratka vraceni_penez dobropis refundace refundare rambursare retur
    returnare nota_de_credit"""
_IS_REFUND = dict.fromkeys(_PURCHASE.split(), False) | dict.fromkeys(_REFUND.split(), True)
_GAPS = re.compile(r"[\s_\-]+")
_WORDS = re.compile(r"[^\W_]+")


def _word(text: str) -> str:
    return _GAPS.sub("_", fold(text)).strip("_.")


@lru_cache(maxsize=1024)
def normal_status(text: str) -> str:
    """The status to store: a code of `NOT_SOLD`, or the text as written.

    'Anulowane' -> 'cancelled', 'wc-pending' -> 'pending', 'Wysłane' -> 'Wysłane'.
    """
    word = _word(text)
    code = _CODE_OF.get(word.removeprefix("wc_")) or _code_by_stem(text)
    return code or text.strip()[:LONGEST_STATUS]


def _code_by_stem(text: str) -> str:
    said = [word for word in _WORDS.findall(fold(text[:200])) if word not in _BESIDE]
    if len(said) != 1:
        return ""
    return next((code for code, stem in _STEM.items() if stem.fullmatch(said[0])), "")


@lru_cache(maxsize=1024)
def is_known(status: str) -> bool:
    """Whether the (stored) status is one that we understand, or says nothing."""
    return not status or status in NOT_SOLD or _word(status).removeprefix("wc_") in _SOLD


def is_in_order(status: str) -> bool:
    """Whether a document of the (stored) status counts."""
    return status not in NOT_SOLD


@lru_cache(maxsize=1024)
def is_refund_word(text: str) -> bool:
    """True for a word that means a refund, False for a purchase; others raise `Flaw`."""
    try:
        return _IS_REFUND[_word(text)]
    except KeyError:
        raise Flaw("unknown_type", value=text[:40]) from None
