from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from core.models import AuditEntry
from customers.models import (
    ConsentAction,
    ConsentEntry,
    Customer,
    Identity,
    PossibleDuplicate,
    Purpose,
)
from customers.rules.tags import MOST_TAGS
from customers.services import import_customers
from tests.customers.test_import_purchases_command import call, counts
from tests.factories.customers import ConsentEntryFactory, CustomerFactory, IdentityFactory

pytestmark = pytest.mark.django_db
HEADER = "customer_id;email;phone;first_name;last_name;country"
PROVEN = "2024-05-01;sklep w Krakowie;Zgadzam się na oferty"
CONSENT = "email;marketing_consent;consent_at;consent_source;consent_text"


@pytest.fixture
def run(tmp_path):
    def make(header, *rows, arguments=()):
        path = tmp_path / "people.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return call(path, *arguments, command="import_customers")[1]

    return make


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


def test_customers_are_made_with_their_contacts(run):
    report = run(HEADER, "C1;Anna@Example.pl;601 234 567;Anna;Nowak;Polska")

    assert counts(report) == (1, 1, 0, 0, 0, 0, 1)
    customer = Customer.objects.get()
    assert (customer.first_name, customer.last_name, customer.country) == ("Anna", "Nowak", "PL")
    assert customer.name_key == "nowak anna"
    assert set(customer.identities.values_list("kind", "key", "value", "is_primary")) == {
        ("external", "C1", "C1", True),
        ("email", "anna@example.pl", "Anna@Example.pl", True),
        ("phone", "+48601234567", "601 234 567", True),
    }


def test_repeating_a_file_changes_nothing(run):
    rows = ["C1;a@example.pl;;Anna;Nowak;PL", ";b@example.pl;;Jan;;", ";;601234567;Ewa;Lis;PL"]
    run(HEADER, *rows)

    assert counts(run(HEADER, *rows)) == (3, 0, 0, 3, 0, 0, 0)


def test_rows_that_contradict_each_other_settle_at_the_last(run):
    rows = [";a@example.pl;;Anna;Nowak;", ";A@Example.PL ;;;Lis;"]

    first, second = run(HEADER, *rows), run(HEADER, *rows)

    assert counts(first) == (2, 1, 1, 0, 0, 0, 1)
    assert counts(second) == (2, 0, 0, 2, 0, 0, 0)
    assert Customer.objects.get().last_name == "Lis"


def test_given_cells_change_and_empty_ones_do_not(run):
    run(HEADER, "C1;a@example.pl;;Anna;Nowak;PL")

    report = run(HEADER, "C1;;601234567;;Lis;")

    assert counts(report) == (1, 0, 1, 0, 0, 0, 0)
    customer = Customer.objects.get()
    assert (customer.first_name, customer.last_name, customer.country) == ("Anna", "Lis", "PL")
    assert customer.identities.count() == 3


def test_every_field_is_read(run):
    header = "email,language,timezone,birthday,address,city,postcode,tags,notes,joined_on"
    row = (
        'a@example.pl,polski,Europe/Prague,--02-29,Długa 1,Kraków,30-001,VIP|stała,"Tea, no milk",'
    )

    run(header, row + "2020-01-31")

    customer = Customer.objects.get()
    assert (customer.language, customer.timezone) == ("pl", "Europe/Prague")
    assert (customer.birth_year, customer.birth_month, customer.birth_day) == (None, 2, 29)
    assert (customer.address, customer.city, customer.postcode) == ("Długa 1", "Kraków", "30-001")
    assert (customer.notes, customer.joined_on) == ("Tea, no milk", date(2020, 1, 31))
    tags = customer.customer_tags.values_list("tag__name", flat=True)
    assert sorted(tags) == ["VIP", "stała"]


def test_tags_are_added_once_in_any_spelling(run):
    run("email,tags", "a@example.pl,VIP")

    assert counts(run("email,tags", "a@example.pl,vip| VIP ")) == (1, 0, 0, 1, 0, 0, 0)
    assert counts(run("email,tags", "a@example.pl,gold")) == (1, 0, 1, 0, 0, 0, 0)
    assert Customer.objects.get().customer_tags.count() == 2


def test_tags_beyond_the_most_with_those_on_file_are_told_and_left_out(run):
    few, many = "|".join(map(str, range(28))), "|".join(f"t{n}" for n in range(5))
    run("email,tags", f"a@example.pl,{few}")

    for _turn in range(2):
        report = run("email,tags,last_name", f"a@example.pl,{many},Lis")

        assert (report["rejected"], report["left_out"][0]["column"]) == (0, "tags")
        assert "30" in report["left_out"][0]["reason"]
        assert Customer.objects.get().customer_tags.count() == MOST_TAGS
        assert Customer.objects.get().last_name == "Lis"


@pytest.mark.parametrize(
    ("row", "moves"),
    [
        ("C1;a@example.pl;new", True),
        ("C1;b@example.pl;", True),
        ("C1;a@example.pl;VIP", False),
        ("C1;;", False),
    ],
)
def test_a_new_tag_or_contact_tells_whoever_has_the_file_open(run, row, moves):
    header = "customer_id;email;tags"
    run(header, "C1;a@example.pl;vip")
    before = Customer.objects.get().updated_at

    with time_machine.travel(before + timedelta(hours=1), tick=False):
        run(header, row)

    assert Customer.objects.get().updated_at == before + timedelta(hours=moves)


@pytest.mark.parametrize(
    ("header", "row", "column"),
    [
        ("email", "nonsense", "email"),
        ("phone", "call me", "phone"),
        ("email,birthday", "a@example.pl,31.02.1990", "birthday"),
        ("email,birthday", "a@example.pl,--02-30", "birthday"),
        ("email,birthday", "a@example.pl,2030-01-01", "birthday"),
        ("email,birthday", "a@example.pl,03/04/1990", "birthday"),
        ("email,joined_on", "a@example.pl,2030-01-01", "joined_on"),
        ("email,language", "a@example.pl,klingonese", "language"),
        ("email,timezone", "a@example.pl,Mars/Olympus", "timezone"),
        ("email,country", "a@example.pl,Atlantis", "country"),
        ("email,first_name", "a@example.pl," + "x" * 121, "first_name"),
        ("email,notes", "a@example.pl,n\x00", "notes"),
        ("email,tags", "a@example.pl," + "x" * 61, "tags"),
        ("email,tags", "a@example.pl," + "|".join(map(str, range(31))), "tags"),
        ("email,marketing_consent", "a@example.pl,perhaps", "marketing_consent"),
        ("email,first_name", "a@example.pl,Anna,x,y,z", None),
        ("email,first_name", ",Anna", None),
    ],
)
def test_a_bad_row_is_rejected_and_says_where(run, header, row, column):
    report = run(header, row)

    assert (report["rejected"], report["created"]) == (1, 0)
    assert [problem["column"] for problem in report["problems"]] == [column]
    assert report["problems"][0]["row"] == 2
    assert not Customer.objects.exists()


def test_the_column_shows_how_birthdays_are_written(run):
    run("email,birthday", "a@example.pl,03/04/1990", "b@example.pl,13/04/1990")

    customer = Identity.objects.get(key="a@example.pl").customer
    assert (customer.birth_day, customer.birth_month) == (3, 4)


def test_a_number_with_an_extension_is_kept_as_written_and_known_again_without(run):
    rows = [
        ";;22 123 45 67 wew. 12;Jan;Nowak;PL",
        ";;234 567 890 kl. 7;Petr;Svoboda;CZ",
        ";;021 234 5678 int. 3;Ion;Popa;RO",
    ]

    assert counts(run(HEADER, *rows)) == (3, 3, 0, 0, 0, 0, 3)
    assert set(Identity.objects.values_list("key", "value")) == {
        ("+48221234567", "22 123 45 67 wew. 12"),
        ("+420234567890", "234 567 890 kl. 7"),
        ("+40212345678", "021 234 5678 int. 3"),
    }
    assert counts(run(HEADER, ";;+48 22 123 45 67;Jan;Nowak;PL")) == (1, 0, 0, 1, 0, 0, 0)


def test_a_phone_is_known_again_with_the_same_name_only(run):
    rows = [";;601 234 567;Jan;Nowak;PL", ";;+48601234567;jan;NOWAK;", ";;601 234 567;Ewa;Nowak;PL"]

    assert run(HEADER, *rows)["created"] == 2


def test_a_phone_without_a_country_is_of_the_shops(run):
    run("phone;last_name", "0048 600-100.200;Nowak", "600100200;NOWAK", "600100200;Lis")

    phones = Identity.objects.filter(kind="phone")
    assert list(phones.values_list("key", flat=True)) == ["+48600100200"] * 2
    assert run("phone;last_name;country", "777123456;Nowak;CZ")["created"] == 1
    assert phones.filter(key="+420777123456").exists()


def test_the_number_wins_over_the_email(run):
    numbered = IdentityFactory(kind="external", value="C1").customer
    other = IdentityFactory(kind="email", value="a@example.pl").customer

    run(HEADER, "C1;a@example.pl;;Anna;Zielna;")

    numbered.refresh_from_db()
    assert numbered.last_name == "Zielna"
    assert Identity.objects.get(key="a@example.pl").customer == other
    assert PossibleDuplicate.objects.count() == 1


def test_consent_with_its_three_proofs_is_granted(run):
    run(CONSENT, f"a@example.pl;tak;{PROVEN}")

    entry = ConsentEntry.objects.get()
    assert (entry.address, entry.purpose) == ("a@example.pl", Purpose.MARKETING)
    assert (entry.action, entry.source) == (ConsentAction.GRANTED, "import")
    assert (entry.text, entry.source_note) == ("Zgadzam się na oferty", "sklep w Krakowie")
    assert entry.occurred_at == datetime(2024, 4, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "proofs", ["yes;;;", "yes;2024-05-01;;text", "yes;2024-05-01;form;", "yes;;form;text"]
)
def test_consent_without_all_proofs_is_told_and_not_granted(run, proofs):
    report = run(CONSENT, f"a@example.pl;{proofs}")

    assert (report["created"], report["rejected"]) == (1, 0)
    assert report["left_out"][0]["column"] == "marketing_consent"
    assert not ConsentEntry.objects.exists()


@pytest.mark.parametrize("answer", ["no", "nie", "ne", "nu", "0", ""])
def test_no_consent_writes_nothing(run, answer):
    run(CONSENT, f"a@example.pl;{answer};{PROVEN}")

    assert not ConsentEntry.objects.exists()


def withdrawn(customer, address, **values):
    """Somebody took back their consent to offers for the address."""
    values = {
        "purpose": Purpose.MARKETING,
        "occurred_at": datetime(2025, 1, 1, tzinfo=UTC),
    } | values
    return ConsentEntryFactory(
        customer=customer, address=address, action=ConsentAction.WITHDRAWN, **values
    )


@pytest.mark.parametrize("withdrawn_at", ["2023-01-01", "2024-05-01", "2025-01-01"])
def test_a_file_never_grants_again(run, withdrawn_at):
    run(CONSENT, f"a@example.pl;yes;{PROVEN}")
    at = datetime.fromisoformat(withdrawn_at).replace(tzinfo=UTC)
    withdrawn(Customer.objects.get(), "a@example.pl", occurred_at=at)

    report = run(CONSENT, "a@example.pl;yes;2026-01-01;new form;New text")

    assert report["updated"] == 0
    assert ConsentEntry.objects.count() == 2


NUMBERED = f"customer_id;{CONSENT}"


def test_consent_for_an_address_of_another_customer_is_told_and_not_granted(run):
    numbered = IdentityFactory(kind="external", value="A1").customer
    IdentityFactory(kind="email", value="b@example.pl")

    report = run(NUMBERED, f"A1;b@example.pl;yes;{PROVEN}")

    assert not ConsentEntry.objects.exists()
    assert [row["column"] for row in report["left_out"]] == ["marketing_consent"]
    assert "another customer" in report["left_out"][0]["reason"]
    assert numbered.identities.count() == 1


def test_within_a_file_an_address_is_whose_it_becomes_first(run):
    first, second = f"A1;b@example.pl;yes;{PROVEN}", f"A2;b@example.pl;yes;{PROVEN}"

    for arguments in (["--dry-run"], []):
        report = run(NUMBERED, first, second, arguments=arguments)
        assert [row["row"] for row in report["left_out"]] == [3]

    entry = ConsentEntry.objects.get()
    assert set(entry.customer.identities.values_list("key", flat=True)) == {"A1", "b@example.pl"}


@pytest.mark.parametrize("address", ["b@example.pl", "+48601234567"])
def test_what_an_earlier_owner_of_the_address_took_back_is_not_granted(run, address):
    withdrawn(CustomerFactory(), address)
    header = CONSENT.replace("email", "email" if "@" in address else "phone")

    report = run(header, f"{address};yes;{PROVEN}")

    assert report["created"] == 1
    assert ConsentEntry.objects.count() == 1


@pytest.mark.parametrize("values", [{"purpose": Purpose.SURVEY}, {"address": "other@example.pl"}])
def test_another_purpose_or_address_is_no_taking_back(run, values):
    withdrawn(CustomerFactory(), **{"address": "b@example.pl"} | values)

    run(CONSENT, f"b@example.pl;yes;{PROVEN}")

    assert ConsentEntry.objects.filter(action=ConsentAction.GRANTED).count() == 1


def test_consent_without_an_address_is_the_persons(run):
    run(NUMBERED, f"A1;;yes;{PROVEN}")

    assert ConsentEntry.objects.get().address == ""


def test_consent_in_the_future_is_rejected(run):
    report = run(CONSENT, "a@example.pl;yes;2030-01-01;form;text")

    assert report["problems"][0]["column"] == "consent_at"


def test_a_dry_run_counts_alike_and_writes_nothing(run, monkeypatch):
    monkeypatch.setattr(import_customers, "BATCH", 2)
    run(HEADER, "C0;zero@example.pl;;Zero;;")
    rows = [
        "C1;a@example.pl;;Anna;Nowak;",
        "C0;;;Nil;;",
        ";A@example.pl;;;Lis;",
        "C1;;;Anna;Lis;",
        ";b@example.pl;601234567;Jan;;",
        ";;601234567;Jan;;",
    ]

    dry = run(HEADER, *rows, arguments=["--dry-run"])

    assert Customer.objects.count() == 1
    assert counts(dry) == counts(run(HEADER, *rows)) == (6, 2, 2, 2, 0, 0, 2)


def test_an_import_is_on_record_before_and_with_its_last_batch(run, monkeypatch):
    monkeypatch.setattr(import_customers, "BATCH", 2)

    run(HEADER, "C1;;;;;", ";;;;;", "C2;nonsense;;;;", "C3;;;;;")

    actions = AuditEntry.objects.order_by("pk").values_list("action", "details__rows")
    assert list(actions) == [("import.customers_begun", 3), ("import.customers", 3)]


def test_files_without_any_contact_are_refused(run):
    assert "customer_id" in run("first_name,last_name", "Anna,Nowak")["error"]
