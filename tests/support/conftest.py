import pytest

from support.models import Case
from support.services.case_log import entries_of, settle
from tests.support.desk import Desk


@pytest.fixture
def desk(db):
    """A customer and the people of the desk; afterwards every case is what its log says."""
    yield Desk()
    for case in Case.objects.all():
        stored = {field.attname: getattr(case, field.attname) for field in Case._meta.fields}
        settle(case, entries_of(case))
        again = {field.attname: getattr(case, field.attname) for field in Case._meta.fields}
        assert again == stored
