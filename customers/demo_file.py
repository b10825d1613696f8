"""The demo shop's people as the CSV file that a real shop would bring, and its import."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from core.clock import local_date
from core.services.shop import get_shop
from customers.rules.demo_world import Person
from customers.rules.tags import join_tags
from customers.services.import_customers import CustomerOptions, import_customers, understand

COLUMNS = (
    "customer_id",
    "email",
    "phone",
    "first_name",
    "last_name",
    "language",
    "timezone",
    "birthday",
    "address",
    "city",
    "postcode",
    "country",
    "tags",
    "joined_on",
    "marketing_consent",
    "consent_at",
    "consent_source",
    "consent_text",
)
WORDING = {
    "pl": "Chcę dostawać wiadomości o nowościach i ofertach.",
    "cs": "Chci dostávat zprávy o novinkách a nabídkách.",
    "ro": "Doresc să primesc noutăți și oferte.",
}


def _birthday(someone: Person) -> str:
    if someone.birthday is None:
        return ""
    year, month, day = someone.birthday
    return f"{year or '-'}-{month:02}-{day:02}"


def _consent(someone: Person) -> tuple[str, str, str, str]:
    if not someone.agrees:
        return ("", "", "", "")
    joined = someone.receipts[0].day
    return ("yes", f"{joined}T12:00", "card form", WORDING[someone.country.language])


def _row(someone: Person) -> tuple[str, ...]:
    country = someone.country
    return (
        someone.number,
        someone.email,
        someone.phone,
        someone.first_name,
        someone.last_name,
        country.language,
        country.zone,
        _birthday(someone),
        someone.address,
        someone.city,
        someone.postcode,
        country.code,
        join_tags(someone.tags),
        str(someone.receipts[0].day),
        *_consent(someone),
    )


def people_file(everyone: Sequence[Person]) -> bytes:
    """The people as a UTF-8 CSV file in the columns of `import_customers`."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_row(someone) for someone in everyone)
    return text.getvalue().encode()


def save_people(everyone: Sequence[Person], now: datetime) -> None:
    """Import the people, as the import page would."""
    content, zone = people_file(everyone), get_shop().zone
    options = CustomerOptions(zone=zone, shop_zone=zone, today=local_date(now, zone))
    file = understand(lambda: io.BytesIO(content), options)
    import_customers(file, now=now, watch=lambda step: None)
