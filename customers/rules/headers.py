"""Which column of a file is which of ours: the usual names in English, Polish, Czech, Romanian
and of the exports of WooCommerce, Shopify, PrestaShop, Allegro, Magento and invoice programs.

Of several known names in one file the earlier in our list wins ('Order ID' before 'Number').
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from core.text import fold
from customers.rules.flaws import FileRefused

_NOT_WORD = re.compile(r"[\W_]+")

PURCHASE_NAMES = {
    "order_id": """
        order_id order_number order_no invoice_no invoice_number invoice_id invoice
        document_number document_no receipt_no receipt_number transaction_id order_reference
        reference numer_zamowienia nr_zamowienia id_zamowienia zamowienie numer_dokumentu
        nr_dokumentu numer_faktury nr_faktury numer_paragonu numer cislo_objednavky cislo_dokladu
        cislo_faktury objednavka id_objednavky doklad numar_comanda numarul_comenzii nr_comanda
        comanda id_comanda numar_factura nr_factura numar_document increment_id name order number
    """,
    "ordered_at": """
        ordered_at order_date ordered_on order_created purchase_date purchased_at date_created
        created_at invoice_date date_add transaction_date date_time datetime data_zamowienia
        data_zlozenia_zamowienia data_zakupu data_sprzedazy data_wystawienia data_i_godzina data
        datum_objednavky datum_nakupu datum_prodeje datum_vystaveni datum data_comenzii
        data_comanda data_achizitiei data_vanzarii data_facturii date day
    """,
    "amount": """
        amount order_total total total_paid total_amount grand_total total_price
        order_total_amount order_amount total_paid_tax_incl gross gross_amount value revenue kwota
        wartosc wartosc_zamowienia kwota_zamowienia suma razem do_zaplaty wartosc_brutto
        kwota_brutto brutto castka celkem celkova_castka cena_celkem celkova_cena k_uhrade
        suma_totala valoare valoare_totala total_comanda total_de_plata suma_comenzii line_total
        monetary
    """,
    "quantity": """
        quantity qty lineitem_quantity item_quantity product_quantity units pieces ilosc
        liczba_sztuk sztuk szt mnozstvi pocet pocet_kusu ks cantitate buc bucati
    """,
    "unit_price": """
        unit_price item_price item_cost price_per_unit lineitem_price product_price price
        cena_jednostkowa cena_za_sztuke cena_szt cena_brutto cena jednotkova_cena cena_za_kus
        cena_za_jednotku pret_unitar pret_bucata pret
    """,
    "customer_id": """
        customer_id customer_number customer_no client_id client_number user_id customer_user
        id_klienta nr_klienta numer_klienta klient_id id_customer id_zakaznika cislo_zakaznika
        kod_zakaznika id_client cod_client numar_client login customer client klient zakaznik
    """,
    "email": """
        email e_mail email_address customer_email billing_email email_billing buyer_email
        contact_email
        adres_e_mail adres_email email_klienta email_kupujacego mail emailova_adresa
        e_mail_zakaznika adresa_de_e_mail adresa_email email_client
    """,
    "type": """
        type document_type order_type transaction_type kind typ typ_dokumentu rodzaj
        rodzaj_dokumentu druh druh_dokladu typ_dokladu tip tip_document
    """,
    "status": """
        status order_status financial_status state current_state status_zamowienia stan_zamowienia
        stan stav stav_objednavky stare stare_comanda starea_comenzii
    """,
    "currency": """
        currency order_currency currency_code waluta kod_waluty mena kod_meny moneda valuta
    """,
    "refund_of": """
        refund_of refunded_order original_order original_order_id original_invoice parent_order
        parent_order_id corrects zwrot_do korekta_do dotyczy_zamowienia numer_faktury_korygowanej
        vraceni_k k_objednavce k_dokladu retur_pentru comanda_originala
    """,
    "product": """
        product product_id stock_code sku lineitem_sku item_sku product_sku product_reference
        item_id ean kod_produktu indeks id_produktu sygnatura symbol kod_zbozi kod_produktu_sku
        cod_produs id_produs
    """,
    "product_name": """
        product_name description item_name lineitem_name item_title product_title item title
        nazwa_produktu nazwa_towaru nazwa produkt towar nazev_produktu nazev_zbozi nazev zbozi
        denumire_produs nume_produs denumire produs
    """,
    "category": """
        category product_category product_type department kategoria kategoria_produktu kategorie
        kategorie_produktu categorie categorie_produs
    """,
    "branch": """
        branch store store_name shop location outlet point_of_sale oddzial sklep lokal
        punkt_sprzedazy filia pobocka prodejna provozovna obchod sucursala magazin filiala
        punct_de_lucru
    """,
    "source": "source channel sales_channel source_name zrodlo kanal zdroj sursa canal",
}
CUSTOMER_NAMES = {
    "customer_id": """
        customer_id customer_number customer_no external_id client_id user_id id_klienta
        nr_klienta numer_klienta id_customer id_zakaznika cislo_zakaznika kod_zakaznika id_client
        cod_client numar_client id
    """,
    "email": PURCHASE_NAMES["email"],
    "phone": """
        phone phone_number telephone mobile mobile_phone billing_phone tel telefon numer_telefonu
        nr_telefonu komorka telefonni_cislo mobil numar_de_telefon numar_telefon
    """,
    "first_name": """
        first_name firstname given_name billing_first_name forename imie jmeno krestni_jmeno
        prenume prenumele
    """,
    "last_name": """
        last_name lastname surname family_name billing_last_name nazwisko prijmeni nume
        nume_de_familie numele
    """,
    "language": "language lang locale jezyk jazyk limba",
    "timezone": "timezone time_zone strefa_czasowa casove_pasmo fus_orar",
    "birthday": """
        birthday birth_date date_of_birth dob data_urodzenia urodziny datum_narozeni narozeniny
        data_nasterii data_de_nastere zi_de_nastere
    """,
    "address": """
        address street address1 address_1 address_line_1 default_address_address1
        billing_address_1 adres ulica ulica_i_numer ulice adresa strada
    """,
    "city": """
        city town billing_city default_address_city miasto miejscowosc mesto obec oras localitate
    """,
    "postcode": """
        postcode zip zip_code postal_code billing_postcode default_address_zip kod_pocztowy psc
        cod_postal
    """,
    "country": """
        country country_code billing_country default_address_country_code kraj kod_kraju zeme stat
        tara
    """,
    "tags": "tags tag labels tagi etykiety znaczniki stitky etichete",
    "notes": """
        notes note comment comments remarks notatki uwagi notatka poznamka poznamky note_interne
        observatii
    """,
    "joined_on": """
        joined_on customer_since member_since registered registered_on registration_date
        sign_up_date date_joined created_at date_add data_rejestracji klient_od data_dolaczenia
        datum_registrace zakaznik_od data_inregistrarii client_din
    """,
    "marketing_consent": """
        marketing_consent accepts_marketing accepts_email_marketing newsletter consent opt_in
        zgoda_marketingowa zgoda newsletter_zgoda souhlas marketingovy_souhlas consimtamant
        consimtamant_marketing acord_marketing
    """,
    "consent_at": """
        consent_at consent_date consent_time opt_in_date newsletter_date_add data_zgody
        datum_souhlasu data_consimtamantului
    """,
    "consent_source": """
        consent_source opt_in_source zrodlo_zgody zdroj_souhlasu sursa_consimtamantului
    """,
    "consent_text": """
        consent_text opt_in_text tresc_zgody text_zgody text_souhlasu text_consimtamant
    """,
}
# Columns of these names hold numbers in some files and people's names in others.
_PERHAPS_NAMES = frozenset({"customer", "client", "klient", "zakaznik"})


def normal_header(header: str) -> str:
    """The form in which headers are compared: 'InvoiceNo' -> 'invoiceno', 'Nr zamówienia' ->
    'nrzamowienia'."""
    return _NOT_WORD.sub("", fold(header))


def _places(headers: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, header in enumerate(headers):
        places.setdefault(normal_header(header), []).append(place)
    return places


def match_columns(
    headers: Sequence[str],
    names: Mapping[str, str],
    chosen: Mapping[str, str | int],
    samples: Sequence[Sequence[str]] = (),
) -> dict[str, int]:
    """Our column name to its place in the file. `chosen` says OURS=THEIRS and comes first:
    THEIRS is a header or a place; an empty one leaves our column out. `samples` are some of the
    file's rows: a column 'Customer' with people's names in it is not a customer number.

    Raises `FileRefused` `unknown_column` where a chosen header is not in the file, and
    `duplicate_header` where a needed name stands twice.
    """
    places, matched = _places(headers), {}
    unfit = _with_people(headers, samples)
    for ours, theirs in chosen.items():
        if theirs != "":
            matched[ours] = _chosen_place(headers, places, theirs)
    taken = set(matched.values()) | unfit
    for ours in names:
        if ours in chosen:
            continue
        place = _known_place(headers, places, names[ours].split(), taken)
        if place is not None:
            matched[ours] = place
            taken.add(place)
    return matched


def _chosen_place(headers: Sequence[str], places: dict[str, list[int]], theirs: str | int) -> int:
    if isinstance(theirs, int):
        if 0 <= theirs < len(headers):
            return theirs
        raise FileRefused("unknown_column", header=str(theirs), found=_listed(headers))
    exact = [place for place, header in enumerate(headers) if header == theirs.strip()]
    normal = normal_header(theirs)
    found = exact or (places.get(normal, []) if normal else [])
    if not found:
        raise FileRefused("unknown_column", header=theirs[:80], found=_listed(headers))
    return _single(headers, found)


def _with_people(headers: Sequence[str], samples: Sequence[Sequence[str]]) -> set[int]:
    doubtful = {i for i, header in enumerate(headers) if normal_header(header) in _PERHAPS_NAMES}
    return {i for i in doubtful if any(" " in row[i].strip() for row in samples if i < len(row))}


def _known_place(
    headers: Sequence[str], places: dict[str, list[int]], known: Iterable[str], taken: set[int]
) -> int | None:
    for name in known:
        found = [place for place in places.get(name.replace("_", ""), []) if place not in taken]
        if found:
            return _single(headers, found)
    return None


def _single(headers: Sequence[str], found: list[int]) -> int:
    if len(found) > 1:
        raise FileRefused("duplicate_header", header=headers[found[0]][:80])
    return found[0]


def _listed(headers: Sequence[str]) -> str:
    return ", ".join(header[:40] for header in headers[:30])


def require(
    headers: Sequence[str], matched: Mapping[str, int], *alternatives: Sequence[str]
) -> None:
    """Raise `FileRefused` `missing_columns` unless one of the alternatives is wholly there."""
    lacking = [[name for name in wanted if name not in matched] for wanted in alternatives]
    if not all(lacking):
        return
    fewest = min(lacking, key=len)
    raise FileRefused("missing_columns", columns=", ".join(fewest), found=_listed(headers))
