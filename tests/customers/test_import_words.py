import pytest

from customers.import_words import explain
from customers.rules.flaws import FileRefused, Flaw
from customers.rules.headers import CUSTOMER_NAMES, PURCHASE_NAMES, match_columns, require
from customers.rules.statuses import is_in_order, is_refund_word, normal_status


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("cancelled", "cancelled"),
        ("Canceled", "cancelled"),
        ("wc-cancelled", "cancelled"),
        ("Anulowane", "cancelled"),
        ("ZRUŠENO", "cancelled"),
        ("Stornováno", "cancelled"),
        ("anulată", "cancelled"),
        ("failed", "failed"),
        ("Nieudane", "failed"),
        ("selhalo", "failed"),
        ("eșuată", "failed"),
        ("pending", "pending"),
        ("Pending payment", "pending"),
        ("oczekuje na płatność", "pending"),
        ("čeká na platbu", "pending"),
        ("în așteptare", "pending"),
        ("draft", "draft"),
        ("szkic", "draft"),
        ("koncept", "draft"),
        ("ciornă", "draft"),
    ],
)
def test_words_for_nothing_sold_have_one_code(written, code):
    assert normal_status(written) == code
    assert not is_in_order(code)


@pytest.mark.parametrize("written", ["", "completed", "Wysłane", "on-hold", "refunded", "xyz"])
def test_other_statuses_stay_as_written_and_count(written):
    assert normal_status(written) == written
    assert is_in_order(written)


@pytest.mark.parametrize("word", ["purchase", "Sale", "zakup", "Sprzedaż", "nákup", "vânzare"])
def test_words_for_a_purchase(word):
    assert is_refund_word(word) is False


@pytest.mark.parametrize(
    "word", ["refund", "RETURN", "zwrot", "Korekta", "vrácení", "dobropis", "rambursare", "retur"]
)
def test_words_for_a_refund(word):
    assert is_refund_word(word) is True


def test_another_word_is_refused():
    with pytest.raises(Flaw, match="unknown_type"):
        is_refund_word("gift")


def columns(header, names=PURCHASE_NAMES, samples=(), **chosen):
    headers = header.split(",")
    matched = match_columns(headers, names, chosen, samples)
    return {ours: headers[place] for ours, place in matched.items()}


def test_the_headers_of_a_known_data_set_are_recognised():
    header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"

    assert columns(header) == {
        "order_id": "InvoiceNo",
        "ordered_at": "InvoiceDate",
        "quantity": "Quantity",
        "unit_price": "UnitPrice",
        "customer_id": "CustomerID",
        "product": "StockCode",
        "product_name": "Description",
    }


@pytest.mark.parametrize(
    "header",
    [
        "order_id,ordered_at,amount,customer_id,email",
        "Order Number,Order Date,Order Total Amount,Customer User ID,Email (Billing)",
        "Nr zamówienia,Data zamówienia,Kwota,ID klienta,E-mail",
        "Číslo objednávky,Datum objednávky,Celkem,ID zákazníka,E-mail",
        "Număr comandă,Data comenzii,Suma totală,Cod client,E-mail",
        "Reference,date_add,total_paid,id_customer,email",
        "Name,Created at,Total,Customer ID,Email",
    ],
)
def test_usual_names_in_four_languages_and_shops_are_recognised(header):
    found = columns(header)

    assert list(found)[:3] == ["order_id", "ordered_at", "amount"]


def test_an_unknown_header_is_not_used():
    assert columns("__proto__,order_id,constructor,date,total") == {
        "order_id": "order_id",
        "ordered_at": "date",
        "amount": "total",
    }


def test_a_chosen_header_comes_first_and_an_empty_one_leaves_out():
    found = columns("order_id,date,total,net", amount="net", ordered_at="")

    assert found == {"order_id": "order_id", "amount": "net"}


def test_a_header_may_be_chosen_by_its_place():
    assert columns("a,b,c", order_id=1) == {"order_id": "b"}


@pytest.mark.parametrize("place", [-1, 3])
def test_a_place_outside_the_file_is_refused(place):
    with pytest.raises(FileRefused, match="unknown_column"):
        columns("a,b,c", order_id=place)


def test_a_chosen_header_that_is_not_there_is_refused():
    with pytest.raises(FileRefused, match="unknown_column"):
        columns("order_id,date,total", amount="gross")


def test_a_name_twice_is_refused():
    with pytest.raises(FileRefused, match="duplicate_header"):
        columns("order_id,date,amount,Amount")


def test_a_column_of_peoples_names_is_no_customer_number():
    assert "customer_id" in columns("order_id,customer", samples=[["1", "C7"]])
    assert "customer_id" not in columns("order_id,customer", samples=[["1", "Anna Nowak"]])


def test_headers_of_customers_are_recognised():
    found = columns("Imię,Nazwisko,Telefon,Kod pocztowy,Miasto,Data urodzenia", CUSTOMER_NAMES)

    assert list(found) == ["phone", "first_name", "last_name", "birthday", "city", "postcode"]


def test_missing_columns_are_named_with_what_was_found():
    headers = ["order_id", "price"]
    matched = match_columns(headers, PURCHASE_NAMES, {})

    with pytest.raises(FileRefused) as caught:
        require(headers, matched, ["order_id", "amount"], ["order_id", "quantity", "unit_price"])

    assert caught.value.code == "missing_columns"
    assert caught.value.values == {"columns": "amount", "found": "order_id, price"}


def test_reasons_are_sentences():
    assert explain("missing", {}) == "The cell is empty."
    assert explain("too_long", {"longest": 100}) == "The text is longer than 100 characters."
    assert explain("no_such_code", {}) == "This cannot be read (no_such_code)."
