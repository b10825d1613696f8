"""Five people, three of whom have bought."""

import pytest

from tests.customers.list.people import person


@pytest.fixture
def shoppers(db: None) -> None:
    person("Ada", last=5, purchases=2, gross_minor=500)
    person("Bea")
    person("Cyd", last=9, purchases=2, gross_minor=900, refunds_minor=800)
    person("Dan", last=5, purchases=7, gross_minor=100)
    person("Eve")
