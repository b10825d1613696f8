"""Names that only one may have, given by two at once."""

from accounts.services import people
from accounts.services.branches import save_branch
from core.models import AuditEntry
from customers import models
from customers.rules.segment_language import EVERYBODY
from customers.services.search import add_words
from customers.services.segments import save_segment
from customers.services.tags import set_tags
from tests.customers.services.races.together import ON_POSTGRES, TURNS, at_once, outcomes
from tests.factories.customers import CustomerFactory

pytestmark = ON_POSTGRES


def test_one_of_two_members_of_staff_gets_the_name():
    results = at_once(
        *[lambda: people.add_user(actor=None, username="anna", role="support", password="long one")]
        * TURNS
    )

    assert outcomes(results) == {"User": 1, "Refused": TURNS - 1}
    assert AuditEntry.objects.count() == 1


def test_one_of_two_branches_gets_the_name():
    results = at_once(*[lambda: save_branch(actor=None, name="Old town")] * TURNS)

    assert outcomes(results) == {"Branch": 1, "Refused": TURNS - 1}
    assert AuditEntry.objects.count() == 1


def test_new_tags_and_words_of_two_are_there_once():
    people = [CustomerFactory() for _turn in range(TURNS)]

    results = at_once(
        *[lambda one=one: set_tags(customer=one, names=["VIP", "Stały"]) for one in people]
    )
    added = at_once(*[lambda: add_words(["nowak anna", "lis jan"])] * TURNS)

    assert results == [True] * TURNS
    assert models.Tag.objects.count() == 2
    assert models.CustomerTag.objects.count() == 2 * TURNS
    assert sum(added) == models.SearchWord.objects.count() == 4


def test_one_of_two_segments_gets_the_name():
    results = at_once(
        *[lambda: save_segment(actor=None, segment=None, name="Silent", tree=EVERYBODY)] * TURNS
    )

    assert outcomes(results) == {"Segment": 1, "Refused": TURNS - 1}
    assert AuditEntry.objects.count() == 1
