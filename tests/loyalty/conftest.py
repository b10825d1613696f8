import pytest

from tests.loyalty import bank


@pytest.fixture
def member(db):
    """A member of the programme of a fresh database; whatever the test did, the ledger is proved
    afterwards."""
    yield bank.Bank()
    assert bank.differences() == []
