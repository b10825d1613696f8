"""The exports of shop programs are understood without mapping: which header is which of ours."""

import pytest

from customers.rules.headers import CUSTOMER_NAMES, PURCHASE_NAMES, match_columns

NEEDED = {"order_id", "ordered_at"}
VALUES = ({"amount"}, {"quantity", "unit_price"})

PURCHASES = {
    "UCI": (
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
        {
            "order_id": "InvoiceNo",
            "ordered_at": "InvoiceDate",
            "quantity": "Quantity",
            "unit_price": "UnitPrice",
            "customer_id": "CustomerID",
            "product": "StockCode",
            "product_name": "Description",
        },
    ),
    "UCI II": (
        "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country",
        {
            "order_id": "Invoice",
            "ordered_at": "InvoiceDate",
            "quantity": "Quantity",
            "unit_price": "Price",
            "customer_id": "Customer ID",
            "product": "StockCode",
            "product_name": "Description",
        },
    ),
    "Shopify": (
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Accepts Marketing,Currency,"
        "Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,"
        "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Billing City,"
        "Notes,Cancelled at,Payment Method,Refunded Amount,Vendor,Id,Tags,Risk Level,Source",
        {
            "order_id": "Name",
            "ordered_at": "Created at",
            "amount": "Total",
            "quantity": "Lineitem quantity",
            "unit_price": "Lineitem price",
            "email": "Email",
            "status": "Financial Status",
            "currency": "Currency",
            "product": "Lineitem sku",
            "product_name": "Lineitem name",
            "source": "Source",
        },
    ),
    "WooCommerce orders": (
        "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),"
        "Last Name (Billing),Company (Billing),Email (Billing),Phone (Billing),"
        "Payment Method Title,Cart Discount Amount,Order Subtotal Amount,Order Shipping Amount,"
        "Order Refund Amount,Order Total Amount,SKU,Item #,Item Name,Quantity,Item Cost",
        {
            "order_id": "Order Number",
            "ordered_at": "Order Date",
            "amount": "Order Total Amount",
            "quantity": "Quantity",
            "unit_price": "Item Cost",
            "email": "Email (Billing)",
            "status": "Order Status",
            "product": "SKU",
            "product_name": "Item Name",
        },
    ),
    "WooCommerce fields": (
        "order_id,order_number,order_date,status,shipping_total,order_total,order_currency,"
        "customer_id,billing_first_name,billing_last_name,billing_email,billing_phone",
        {
            "order_id": "order_id",
            "ordered_at": "order_date",
            "amount": "order_total",
            "customer_id": "customer_id",
            "email": "billing_email",
            "status": "status",
            "currency": "order_currency",
        },
    ),
    "PrestaShop table": (
        "id_order;reference;id_customer;total_paid;total_paid_tax_incl;current_state;date_add",
        {
            "order_id": "reference",
            "ordered_at": "date_add",
            "amount": "total_paid",
            "customer_id": "id_customer",
            "status": "current_state",
        },
    ),
    "PrestaShop page": (
        "ID;Reference;New client;Delivery;Customer;Total;Payment;Status;Date",
        {
            "order_id": "Reference",
            "ordered_at": "Date",
            "amount": "Total",
            "status": "Status",
        },
    ),
    "Magento": (
        "increment_id,created_at,grand_total,order_currency,customer_email,customer_id,status,"
        "store_name",
        {
            "order_id": "increment_id",
            "ordered_at": "created_at",
            "amount": "grand_total",
            "customer_id": "customer_id",
            "email": "customer_email",
            "status": "status",
            "currency": "order_currency",
            "branch": "store_name",
        },
    ),
    "Allegro": (
        "Numer zamówienia;Data zakupu;Login;E-mail kupującego;Nazwa;Sygnatura;Liczba sztuk;"
        "Cena;Waluta;Status zamówienia",
        {
            "order_id": "Numer zamówienia",
            "ordered_at": "Data zakupu",
            "quantity": "Liczba sztuk",
            "unit_price": "Cena",
            "customer_id": "Login",
            "email": "E-mail kupującego",
            "status": "Status zamówienia",
            "currency": "Waluta",
            "product": "Sygnatura",
            "product_name": "Nazwa",
        },
    ),
    "Polish invoices": (
        "Nr dokumentu;Data wystawienia;Typ dokumentu;Nr klienta;Wartość brutto;Waluta;"
        "Numer faktury korygowanej",
        {
            "order_id": "Nr dokumentu",
            "ordered_at": "Data wystawienia",
            "amount": "Wartość brutto",
            "customer_id": "Nr klienta",
            "type": "Typ dokumentu",
            "currency": "Waluta",
            "refund_of": "Numer faktury korygowanej",
        },
    ),
    "Czech shop": (
        "Číslo objednávky;Datum objednávky;E-mail zákazníka;Kód zboží;Název zboží;Množství;"
        "Jednotková cena;Měna;Stav objednávky;Pobočka",
        {
            "order_id": "Číslo objednávky",
            "ordered_at": "Datum objednávky",
            "quantity": "Množství",
            "unit_price": "Jednotková cena",
            "email": "E-mail zákazníka",
            "status": "Stav objednávky",
            "currency": "Měna",
            "product": "Kód zboží",
            "product_name": "Název zboží",
            "branch": "Pobočka",
        },
    ),
    "Romanian shop": (
        "Nr. comandă|Data comenzii|Total de plată|Monedă|Cod client|E-mail|Stare comandă|Sursă",
        {
            "order_id": "Nr. comandă",
            "ordered_at": "Data comenzii",
            "amount": "Total de plată",
            "customer_id": "Cod client",
            "email": "E-mail",
            "status": "Stare comandă",
            "currency": "Monedă",
            "source": "Sursă",
        },
    ),
}


def cut(header):
    separator = max(",;|", key=header.count)
    return header.split(separator)


def understood(header, names, samples=()):
    headers = cut(header)
    matched = match_columns(headers, names, {}, samples)
    return {ours: headers[place] for ours, place in matched.items()}


@pytest.mark.parametrize("program", PURCHASES)
def test_an_export_of_orders_is_understood(program):
    header, expected = PURCHASES[program]
    samples = [["Anna Nowak"] * 40]

    found = understood(header, PURCHASE_NAMES, samples)

    assert found == expected
    assert set(found) >= NEEDED
    assert any(set(found) >= needed for needed in VALUES)


CUSTOMERS = {
    "Shopify": (
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
        "Default Address Address1,Default Address City,Default Address Country Code,"
        "Default Address Zip,Phone,Total Spent,Total Orders,Note,Tax Exempt,Tags",
        {
            "customer_id": "Customer ID",
            "email": "Email",
            "phone": "Phone",
            "first_name": "First Name",
            "last_name": "Last Name",
            "address": "Default Address Address1",
            "city": "Default Address City",
            "postcode": "Default Address Zip",
            "country": "Default Address Country Code",
            "tags": "Tags",
            "notes": "Note",
            "marketing_consent": "Accepts Email Marketing",
        },
    ),
    "WooCommerce": (
        "user_id,customer_email,billing_first_name,billing_last_name,billing_address_1,"
        "billing_city,billing_postcode,billing_country,billing_phone,date_registered,locale",
        {
            "customer_id": "user_id",
            "email": "customer_email",
            "phone": "billing_phone",
            "first_name": "billing_first_name",
            "last_name": "billing_last_name",
            "language": "locale",
            "address": "billing_address_1",
            "city": "billing_city",
            "postcode": "billing_postcode",
            "country": "billing_country",
        },
    ),
    "PrestaShop": (
        "id_customer;firstname;lastname;email;birthday;newsletter;newsletter_date_add;date_add",
        {
            "customer_id": "id_customer",
            "email": "email",
            "first_name": "firstname",
            "last_name": "lastname",
            "birthday": "birthday",
            "joined_on": "date_add",
            "marketing_consent": "newsletter",
            "consent_at": "newsletter_date_add",
        },
    ),
    "Polish list": (
        "ID klienta;Imię;Nazwisko;E-mail;Telefon;Ulica;Kod pocztowy;Miasto;Kraj;Urodziny;"
        "Zgoda marketingowa;Data zgody;Źródło zgody;Treść zgody;Uwagi",
        {
            "customer_id": "ID klienta",
            "email": "E-mail",
            "phone": "Telefon",
            "first_name": "Imię",
            "last_name": "Nazwisko",
            "birthday": "Urodziny",
            "address": "Ulica",
            "city": "Miasto",
            "postcode": "Kod pocztowy",
            "country": "Kraj",
            "notes": "Uwagi",
            "marketing_consent": "Zgoda marketingowa",
            "consent_at": "Data zgody",
            "consent_source": "Źródło zgody",
            "consent_text": "Treść zgody",
        },
    ),
}


@pytest.mark.parametrize("program", CUSTOMERS)
def test_an_export_of_customers_is_understood(program):
    header, expected = CUSTOMERS[program]

    assert understood(header, CUSTOMER_NAMES) == expected


@pytest.mark.parametrize("program", PURCHASES)
def test_the_order_of_the_columns_does_not_matter(program):
    header, expected = PURCHASES[program]
    separator = max(",;|", key=header.count)
    backwards = separator.join(reversed(cut(header)))

    assert understood(backwards, PURCHASE_NAMES, [["Anna Nowak"] * 40]) == expected


@pytest.mark.parametrize("program", PURCHASES)
def test_capitals_and_spaces_around_do_not_matter(program):
    header, expected = PURCHASES[program]
    headers = [f" {name.upper()} " for name in cut(header)]

    matched = match_columns(headers, PURCHASE_NAMES, {}, [["Anna Nowak"] * 40])

    assert {ours: cut(header)[place] for ours, place in matched.items()} == expected
