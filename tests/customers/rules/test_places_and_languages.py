"""Languages, countries and zones, by code and by name."""

import pytest

from customers.rules.people import read_country, read_language, read_zone


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("pl", "pl"),
        ("PL", "pl"),
        ("pl-PL", "pl"),
        ("pl_PL", "pl"),
        (" cs ", "cs"),
        ("polski", "pl"),
        ("Polish", "pl"),
        ("polština", "pl"),
        ("poloneză", "pl"),
        ("čeština", "cs"),
        ("czech", "cs"),
        ("RUMUŃSKI", "ro"),
        ("română", "ro"),
        ("angielski", "en"),
        ("en-GB", "en"),
        ("xx", None),
        ("Klingon", None),
        ("pl-PL-x", None),
        ("pl; DROP", None),
        ("", None),
    ],
)
def test_languages_are_known_by_code_and_name(written, code):
    assert read_language(written) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("PL", "PL"),
        ("pl", "PL"),
        (" cz ", "CZ"),
        ("Polska", "PL"),
        ("POLAND", "PL"),
        ("Polsko", "PL"),
        ("Polonia", "PL"),
        ("Czechy", "CZ"),
        ("Česko", "CZ"),
        ("Rumunia", "RO"),
        ("Rumunsko", "RO"),
        ("România", "RO"),
        ("Wielka Brytania", "GB"),
        ("United Kingdom", "GB"),
        ("UK", "GB"),
        ("uk", "GB"),
        ("Niemcy", "DE"),
        ("XX", None),
        ("ZQ", None),
        ("EU", None),
        ("ZZ", None),
        ("XA", None),
        ("XK", "XK"),
        ("Unknown Region", None),
        ("Unia Europejska", None),
        ("P1", None),
        ("Polska Ludowa", None),
        ("", None),
    ],
)
def test_countries_are_known_by_code_and_name(written, code):
    assert read_country(written) == code


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Europe/Warsaw", "Europe/Warsaw"),
        (" Europe/Prague ", "Europe/Prague"),
        ("UTC", "UTC"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("europe/warsaw", None),
        ("Europe/Krakow", None),
        ("CET", None),
        ("+01:00", None),
        ("../../etc/passwd", None),
        ("Europe/Warsaw\x00", None),
        ("", None),
    ],
)
def test_zones_are_known_by_their_names(written, zone):
    assert read_zone(written) == zone
