"""The catalogue: what is saved, what is refused, and what people save for."""

from datetime import UTC, date, datetime

import pytest

from core.errors import Refused
from core.models import AuditEntry
from loyalty.models import Reward, RewardPicture, SavingGoal
from loyalty.rules.pictures import Picture
from loyalty.services.programmes import get_programme
from loyalty.services.rewards import RewardTerms, archive_reward, save_for, save_reward
from tests.factories.customers import CustomerFactory
from tests.factories.loyalty import RewardFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TERMS = {
    "names": {"en": "A  mug", "pl": ""},
    "descriptions": {"en": "Blue"},
    "cost": 100,
    "stock": 5,
    "seen_stock": None,
    "limit_each": 1,
    "limit_period": "year",
    "segment": None,
    "starts_on": None,
    "ends_on": None,
}


@pytest.fixture
def saving(cast):
    def save(reward=None, **more):
        asked = {"picture", "without_picture", "version"} & more.keys()
        service = {key: more.pop(key) for key in asked}
        return save_reward(
            actor=cast["marketer"],
            programme=get_programme(),
            reward=reward,
            terms=RewardTerms(**TERMS | more),
            now=NOW,
            **service,
        )

    return save


def test_it_is_saved_as_it_was_said(saving):
    row = saving()

    assert (row.names, row.descriptions) == ({"en": "A mug"}, {"en": "Blue"})
    assert (row.cost, row.stock, row.limit_each, row.limit_period) == (100, 5, 1, "year")
    assert AuditEntry.objects.get(action="reward.saved").details == {"cost": 100, "stock": 5}


@pytest.mark.parametrize(
    "wrong",
    [
        {"names": {"en": "  "}},
        {"names": {"en": "x" * 81}},
        {"descriptions": {"pl": "x" * 501}},
        {"starts_on": date(2026, 2, 2), "ends_on": date(2026, 2, 1)},
    ],
)
def test_slips_are_refused(saving, wrong):
    with pytest.raises(Refused):
        saving(**wrong)

    assert not Reward.objects.exists()


def test_who_saves_over_anothers_text_is_told(saving):
    row = saving()
    saving(row, cost=200)

    with pytest.raises(Refused):
        saving(row, cost=300)
    assert Reward.objects.get().cost == 200
    assert saving(row, cost=300, version=2).version == 3


@pytest.mark.parametrize(
    ("stock", "seen", "left"), [(7, 5, 5), (0, 5, 0), (1, 5, 0), (None, 5, None), (9, None, 9)]
)
def test_what_was_claimed_meanwhile_stays_taken(saving, stock, seen, left):
    row = saving(stock=5)
    Reward.objects.update(stock=3)

    assert saving(row, stock=stock, seen_stock=seen).stock == left


def test_a_picture_is_put_there_replaced_and_taken_away(saving):
    row = saving(picture=Picture(b"one", 3, 2))
    assert bytes(RewardPicture.objects.get().content) == b"one"
    first = RewardPicture.objects.get().mark

    saving(row, picture=Picture(b"two", 3, 2), without_picture=True)
    assert RewardPicture.objects.get().mark != first
    saving(row, version=2)
    assert RewardPicture.objects.count() == 1
    saving(row, version=3, without_picture=True)
    assert RewardPicture.objects.count() == 0


def test_a_customer_saves_for_one_thing_at_a_time(cast):
    customer, mug, bowl = CustomerFactory(), RewardFactory(), RewardFactory()
    words = {"actor": cast["support"], "customer": customer, "now": NOW}

    save_for(reward=mug, **words)
    save_for(reward=bowl, **words)
    assert SavingGoal.objects.get().reward == bowl
    archive_reward(actor=cast["marketer"], reward=mug, now=NOW)
    mug.refresh_from_db()
    with pytest.raises(Refused):
        save_for(reward=mug, **words)
    save_for(reward=None, **words)
    assert not SavingGoal.objects.exists()


def test_names_are_read_in_the_readers_language_or_another():
    reward = Reward(names={"pl": "Kubek", "cs": "Hrnek"}, descriptions={})

    assert [reward.name_in(code, "cs") for code in ("pl", "ro", "en")] == [
        "Kubek",
        "Hrnek",
        "Hrnek",
    ]
    assert (str(reward), reward.description_in("pl")) == ("Kubek", "")
