"""Five people of three countries, and who asks for them."""

import pytest

from accounts.models import User
from tests.customers.search.cast import person


@pytest.fixture
def support(cast: dict[str, User]) -> User:
    return cast["support"]


@pytest.fixture
def people() -> None:
    person("Łukasz", "Wójcik", email="lukasz.wojcik@example.pl", phone="+48 600 123 456")
    person("Anna", "Kowalska", email="anna@poczta.example", external="C-0042")
    person("Maria", "Kowalska-Nowak", email="maria_k@example.ro", phone="+40 722 123 456")
    person("Jan", "Kowalczyk", email="100%@example.pl", external="AB_77")
    person("Jana", "Nováková", email="jana@example.cz")
