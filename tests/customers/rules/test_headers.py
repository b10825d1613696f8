"""Headers are recognised in four languages, and what a person maps comes first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.rules.flaws import FileRefused
from customers.rules.headers import (
    CUSTOMER_NAMES,
    PURCHASE_NAMES,
    match_columns,
    normal_header,
    require,
)
from tests.customers.rules.files import outcome


def purchase_column(header):
    """Which of our columns a header alone is taken for; "" for none."""
    return "".join(match_columns([header], PURCHASE_NAMES, {}))


def customer_column(header):
    return "".join(match_columns([header], CUSTOMER_NAMES, {}))


def refusal(work, *args):
    with pytest.raises(FileRefused) as refused:
        work(*args)
    return refused.value.code, refused.value.values


@pytest.mark.parametrize(
    ("header", "normal"),
    [
        ("InvoiceNo", "invoiceno"),
        ("Nr zamówienia", "nrzamowienia"),
        ("  ORDER_ID  ", "orderid"),
        ("Order-ID:", "orderid"),
        ("Order #", "order"),
        ("Číslo objednávky", "cisloobjednavky"),
        ("Număr comandă", "numarcomanda"),
        ("Kwota (zł)", "kwotazl"),
        ("\ufeffOrder\u00a0ID", "orderid"),
        ("Z\u0301ro\u0301dło", "zrodlo"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("", ""),
        ("---", ""),
        ("№", "no"),
    ],
)
def test_headers_are_compared_without_case_marks_and_signs(header, normal):
    assert normal_header(header) == normal


@pytest.mark.parametrize(
    ("column", "english", "polish", "czech", "romanian"),
    [
        ("order_id", "Order number", "Numer zamówienia", "Číslo objednávky", "Număr comandă"),
        ("ordered_at", "Order date", "Data zamówienia", "Datum objednávky", "Data comenzii"),
        ("amount", "Total", "Kwota", "Celkem", "Suma totală"),
        ("quantity", "Qty", "Ilość", "Množství", "Cantitate"),
        ("unit_price", "Unit price", "Cena jednostkowa", "Cena za kus", "Preț unitar"),
        ("customer_id", "Customer ID", "ID klienta", "Číslo zákazníka", "Cod client"),
        ("email", "E-mail", "Adres e-mail", "E-mailová adresa", "Adresă de e-mail"),
        ("type", "Type", "Rodzaj dokumentu", "Druh dokladu", "Tip document"),
        ("status", "Status", "Stan zamówienia", "Stav objednávky", "Starea comenzii"),
        ("currency", "Currency", "Waluta", "Měna", "Monedă"),
        ("refund_of", "Refund of", "Zwrot do", "K objednávce", "Retur pentru"),
        ("product", "SKU", "Kod produktu", "Kód zboží", "Cod produs"),
        ("product_name", "Product name", "Nazwa towaru", "Název zboží", "Denumire produs"),
        ("category", "Category", "Kategoria", "Kategorie", "Categorie"),
        ("branch", "Store", "Oddział", "Pobočka", "Magazin"),
        ("source", "Source", "Źródło", "Zdroj", "Sursă"),
    ],
)
def test_purchase_columns_have_names_in_four_languages(column, english, polish, czech, romanian):
    names = [column, english, polish, czech, romanian]

    assert [purchase_column(name) for name in names] == [column] * 5


@pytest.mark.parametrize(
    ("column", "english", "polish", "czech", "romanian"),
    [
        ("customer_id", "Customer no.", "Nr klienta", "Kód zákazníka", "Număr client"),
        ("email", "Email address", "E-mail", "Email", "Adresă email"),
        ("phone", "Mobile", "Numer telefonu", "Telefonní číslo", "Număr de telefon"),
        ("first_name", "First name", "Imię", "Křestní jméno", "Prenume"),
        ("last_name", "Surname", "Nazwisko", "Příjmení", "Nume de familie"),
        ("language", "Language", "Język", "Jazyk", "Limbă"),
        ("timezone", "Time zone", "Strefa czasowa", "Časové pásmo", "Fus orar"),
        ("birthday", "Date of birth", "Data urodzenia", "Datum narození", "Data nașterii"),
        ("address", "Address", "Ulica i numer", "Ulice", "Strada"),
        ("city", "Town", "Miejscowość", "Obec", "Localitate"),
        ("postcode", "ZIP", "Kod pocztowy", "PSČ", "Cod poștal"),
        ("country", "Country", "Kraj", "Země", "Țara"),
        ("tags", "Tags", "Etykiety", "Štítky", "Etichete"),
        ("notes", "Notes", "Uwagi", "Poznámka", "Observații"),
        ("joined_on", "Customer since", "Klient od", "Zákazník od", "Client din"),
        ("marketing_consent", "Newsletter", "Zgoda", "Souhlas", "Consimțământ"),
        ("consent_at", "Consent date", "Data zgody", "Datum souhlasu", "Data consimțământului"),
        ("consent_source", "Consent source", "Źródło zgody", "Zdroj souhlasu", "consent_source"),
        ("consent_text", "Consent text", "Treść zgody", "Text souhlasu", "consent_text"),
    ],
)
def test_customer_columns_have_names_in_four_languages(column, english, polish, czech, romanian):
    names = [column, english, polish, czech, romanian]

    assert [customer_column(name) for name in names] == [column] * 5


@pytest.mark.parametrize("names", [PURCHASE_NAMES, CUSTOMER_NAMES], ids=["purchases", "customers"])
def test_each_of_our_own_names_is_known_first_of_all(names):
    headers = list(names)

    assert match_columns(headers, names, {}) == {ours: n for n, ours in enumerate(headers)}
    assert all(known.split()[0] == ours for ours, known in names.items())


@pytest.mark.parametrize("names", [PURCHASE_NAMES, CUSTOMER_NAMES], ids=["purchases", "customers"])
def test_a_name_stands_for_one_column_only(names):
    sets = [{name.replace("_", "") for name in known.split()} for known in names.values()]
    known = [name for names_of_one in sets for name in names_of_one]

    assert sorted({name for name in known if known.count(name) > 1}) == []


@pytest.mark.parametrize("names", [PURCHASE_NAMES, CUSTOMER_NAMES], ids=["purchases", "customers"])
def test_names_are_listed_in_the_form_in_which_they_are_compared(names):
    known = [name for ours in names for name in names[ours].split()]

    assert [name for name in known if normal_header(name) != name.replace("_", "")] == []


@pytest.mark.parametrize(
    "header",
    [
        "__proto__",
        "constructor",
        "__class__",
        "=cmd|' /C calc'!A0",
        "<script>",
        "",
        "order_id; DROP TABLE",
        "order\x00id2",
        "\u202edi_redro",
        "x" * 100_000,
        "0",
        "訂單",
        "🛒",
    ],
)
def test_a_strange_header_is_taken_for_nothing(header):
    assert purchase_column(header) == ""
    assert customer_column(header) == ""


@pytest.mark.parametrize(
    ("headers", "place"),
    [
        (["Number", "Order ID"], 1),
        (["Name", "Order number"], 1),
        (["Order", "Invoice", "Order no."], 2),
        (["Numer faktury", "Numer zamówienia"], 1),
        (["Number", "Name"], 1),
        (["Objednávka", "Číslo objednávky"], 1),
    ],
)
def test_of_several_known_names_the_surer_one_wins(headers, place):
    assert match_columns(headers, PURCHASE_NAMES, {})["order_id"] == place


def test_a_column_is_taken_once():
    matched = match_columns(["Order", "Customer", "Customer ID"], PURCHASE_NAMES, {})

    assert matched == {"order_id": 0, "customer_id": 2}
    assert len(set(matched.values())) == len(matched)


@pytest.mark.parametrize(
    "headers",
    [
        ["order_id", "Order ID"],
        ["ORDER_ID", "order_id"],
        ["order id", "x", "Order-Id"],
        ["order_id", "total", "Total"],
        ["Kwota", "order_id", "kwota "],
    ],
)
def test_a_needed_name_that_stands_twice_refuses_the_file(headers):
    assert outcome(match_columns, headers, PURCHASE_NAMES, {}) == "duplicate_header"


@pytest.mark.parametrize(
    "headers",
    [
        ["order_id", "", "", ""],
        ["order_id", "x", "x"],
        ["order_id", "amount", "Total", "Total"],
        ["order_id", "__proto__", "__proto__"],
    ],
)
def test_other_names_may_stand_as_often_as_they_like(headers):
    assert match_columns(headers, PURCHASE_NAMES, {})["order_id"] == 0


def test_a_name_that_stands_twice_is_no_matter_where_another_column_is_chosen():
    headers = ["order_id", "Total", "total", "Paid"]

    matched = match_columns(headers, PURCHASE_NAMES, {"amount": "Paid"})

    assert matched == {"order_id": 0, "amount": 3}


def test_the_refusal_names_the_header_as_it_is_written():
    refused = refusal(match_columns, ["Nr Zamówienia", "nr_zamówienia"], PURCHASE_NAMES, {})

    assert refused == ("duplicate_header", {"header": "Nr Zamówienia"})


@pytest.mark.parametrize(
    ("theirs", "place"),
    [
        ("Do zapłaty", 2),
        ("do zaplaty", 2),
        ("  Do zapłaty ", 2),
        ("DO_ZAPŁATY", 2),
        ("Rabat", 3),
        ("rabat:", 3),
        (2, 2),
        (3, 3),
    ],
)
def test_a_mapped_header_is_found_as_people_type_it(theirs, place):
    headers = ["Nr zamówienia", "Data", "Do zapłaty", "Rabat"]

    matched = match_columns(headers, PURCHASE_NAMES, {"amount": theirs})

    assert matched == {"order_id": 0, "ordered_at": 1, "amount": place}


def test_an_exact_header_beats_one_that_differs_in_signs():
    matched = match_columns(["total", "Total", "TOTAL"], PURCHASE_NAMES, {"amount": "TOTAL"})

    assert matched == {"amount": 2}


def test_a_mapped_header_that_fits_twice_refuses_the_file():
    headers = ["order_id", "total", "Total"]

    refused = refusal(match_columns, headers, PURCHASE_NAMES, {"amount": "TOTAL"})

    assert refused == ("duplicate_header", {"header": "total"})


def test_a_mapped_column_is_not_taken_for_another_of_ours():
    matched = match_columns(["order_id", "email"], PURCHASE_NAMES, {"customer_id": "email"})

    assert matched == {"order_id": 0, "customer_id": 1}


def test_one_column_may_be_mapped_to_two_of_ours():
    chosen = {"order_id": "ref", "refund_of": "ref"}

    assert match_columns(["ref"], PURCHASE_NAMES, chosen) == {"order_id": 0, "refund_of": 0}


def test_an_empty_choice_leaves_our_column_out():
    matched = match_columns(["order_id", "email", "mail"], PURCHASE_NAMES, {"email": ""})

    assert matched == {"order_id": 0}


@pytest.mark.parametrize("theirs", ["Suma", "Totals", "---", "№№", "\x00", "x" * 100_000])
def test_a_mapped_header_that_is_not_there_refuses_the_file(theirs):
    headers = ["order_id", "", "Total"]

    code, values = refusal(match_columns, headers, PURCHASE_NAMES, {"amount": theirs})

    assert (code, values["found"]) == ("unknown_column", "order_id, , Total")
    assert values["header"] == theirs[:80]


@pytest.mark.parametrize("place", [-1, 3, 10**20])
def test_a_mapped_place_outside_the_file_refuses_it(place):
    code, values = refusal(match_columns, ["a", "b", "c"], PURCHASE_NAMES, {"amount": place})

    assert (code, values["header"]) == ("unknown_column", str(place))


def test_a_refusal_lists_no_more_headers_than_can_be_read():
    headers = [f"{'x' * 50}{n}" for n in range(500)]

    _code, values = refusal(match_columns, headers, PURCHASE_NAMES, {"amount": "y"})

    assert values["found"] == ", ".join(["x" * 40] * 30)


@pytest.mark.parametrize(
    ("samples", "is_number"),
    [
        ([], True),
        ([["17850"], ["17851"]], True),
        ([["K-17"], [""], []], True),
        ([["  17850  "]], True),
        ([["Anna Nowak"]], False),
        ([["17850"], ["Jan Kowalski"]], False),
        ([["Nowak\u00a0Anna"], ["Nowak, Anna"]], False),
    ],
)
def test_a_column_of_peoples_names_is_no_customer_number(samples, is_number):
    headers = ["Customer", "Klient", "Client", "Zákazník"]

    matched = [match_columns([header], PURCHASE_NAMES, {}, samples) for header in headers]

    assert matched == [{"customer_id": 0} if is_number else {}] * 4


def test_a_person_may_map_such_a_column_all_the_same():
    chosen, samples = {"customer_id": "Klient"}, [["Anna Nowak"]]

    assert match_columns(["Klient"], PURCHASE_NAMES, chosen, samples) == {"customer_id": 0}


NEEDED = (("order_id", "ordered_at", "amount"), ("order_id", "ordered_at", "quantity", "price"))


@pytest.mark.parametrize(
    ("matched", "lacking"),
    [
        ({"order_id", "ordered_at", "amount"}, None),
        ({"order_id", "ordered_at", "quantity", "price"}, None),
        ({"order_id", "ordered_at", "amount", "quantity"}, None),
        ({"order_id", "ordered_at"}, "amount"),
        ({"order_id", "ordered_at", "quantity"}, "amount"),
        ({"order_id", "quantity", "price"}, "ordered_at"),
        ({"amount"}, "order_id, ordered_at"),
        (set(), "order_id, ordered_at, amount"),
    ],
)
def test_one_of_the_alternatives_must_be_wholly_there(matched, lacking):
    places = {name: place for place, name in enumerate(sorted(matched))}
    headers = sorted(matched)

    if lacking is None:
        assert require(headers, places, *NEEDED) is None
    else:
        assert refusal(require, headers, places, *NEEDED) == (
            "missing_columns",
            {"columns": lacking, "found": ", ".join(headers)},
        )


known = st.sampled_from([name for names in PURCHASE_NAMES.values() for name in names.split()])


@settings(max_examples=40)
@given(st.lists(known | st.text(max_size=12), max_size=12))
def test_any_headers_are_matched_once_each_or_refused_by_name(headers):
    result = outcome(match_columns, headers, PURCHASE_NAMES, {})

    if result != "duplicate_header":
        assert set(result) <= set(PURCHASE_NAMES)
        assert len(set(result.values())) == len(result)
        assert all(0 <= place < len(headers) for place in result.values())


@given(known, st.sampled_from([str.upper, str.title, lambda name: name.replace("_", " ")]))
def test_the_way_a_header_is_written_does_not_matter(name, rewrite):
    assert purchase_column(rewrite(name)) == purchase_column(name) != ""


@given(st.text(max_size=30))
def test_a_compared_header_is_stable(header):
    assert normal_header(normal_header(header)) == normal_header(header)
