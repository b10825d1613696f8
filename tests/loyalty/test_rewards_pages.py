"""Rewards as the marketer, the clerk and the customer's page know them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from loyalty.models import Account, Reward, RewardClaim, RewardPicture, SavingGoal
from tests.factories.customers import CustomerFactory
from tests.factories.loyalty import RewardFactory, picture_file, redemption_of, rewards_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FORM = {"name_en": "A mug", "cost": "100", "limit_period": "ever"}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def customer(cast):
    """260 points to spend."""
    customer = CustomerFactory(first_name="Anna", last_name="Nowak")
    redemption_of(customer, cast["support"], NOW - timedelta(hours=1))
    return customer


def page_of(customer):
    return reverse("customers:customer", args=[customer.pk])


def claim(client, customer, wanted, **more):
    address = reverse("loyalty:reward_claim", args=[customer.pk])
    values = {"reward": wanted.pk, "cost": wanted.cost, "key": "abc", "next": page_of(customer)}
    return client.post(address, values | more, follow=True)


def act(client, name, row):
    return client.post(reverse(f"loyalty:{name}", args=[row.pk]), follow=True)


def available(customer):
    return Account.objects.get(customer=customer).available


def test_a_clerk_redeems_and_hands_over_in_two_clicks(sign_in, customer):
    client, mug = sign_in("support"), RewardFactory(stock=2)
    shown = client.get(page_of(customer)).content.decode()
    assert "Within reach" in shown

    for _click in range(2):
        after = claim(client, customer, mug)
    row = RewardClaim.objects.get()
    text = after.content.decode()
    assert "“A mug” is redeemed. 160 points are left." in text
    assert reverse("loyalty:claim_hand_over", args=[row.pk]) in text
    act(client, "claim_hand_over", row)

    row.refresh_from_db()
    assert (row.state, available(customer), Reward.objects.get().stock) == ("handed_over", 160, 1)


def test_it_is_taken_back_from_the_toast(sign_in, customer):
    client, mug = sign_in("support"), RewardFactory(stock=2)
    claim(client, customer, mug)

    text = act(client, "claim_cancel", RewardClaim.objects.get()).content.decode()

    assert "The reward is cancelled; the points are back." in text
    assert (available(customer), Reward.objects.get().stock) == (260, 2)
    again = act(client, "claim_cancel", RewardClaim.objects.get()).content.decode()
    assert "This has been taken back already." in again


@pytest.mark.parametrize(
    ("terms", "sent", "words"),
    [
        ({"cost": 300}, {}, "There are not enough points for this."),
        ({"stock": 0}, {}, "This reward is out of stock."),
        ({"archived_at": NOW}, {}, "This reward is not offered any more."),
        ({"segment_only": True}, {}, "This reward is for other customers."),
        ({"cost": 100}, {"cost": "90"}, "This reward costs 100 now."),
        ({}, {"reward": "x"}, "Choose a reward."),
        ({}, {"cost": ""}, "Choose a reward."),
    ],
)
def test_a_refusal_is_said_and_nothing_is_claimed(sign_in, customer, terms, sent, words):
    answer = claim(sign_in("support"), customer, RewardFactory(**terms), **sent)

    assert words in answer.content.decode()
    assert not RewardClaim.objects.exists()
    assert available(customer) == 260


def test_the_shelf_shows_the_way(sign_in, customer):
    for cost, more in ((100, {}), (400, {}), (50, {"segment_only": True}), (60, {"stock": 0})):
        RewardFactory(cost=cost, **more)

    shelf = sign_in("support").get(reverse("loyalty:shelf", args=[customer.pk])).context["shelf"]

    assert [(p.cost, p.has, p.missing, p.is_within_reach) for p in shelf.places] == [
        (60, 60, 0, False),
        (100, 100, 0, True),
        (400, 260, 140, False),
    ]


def test_what_is_saved_for_stands_on_the_customers_page(sign_in, customer):
    client, lesson = sign_in("support"), RewardFactory(names={"en": "A class"}, cost=900)
    goal = reverse("loyalty:saving_goal", args=[customer.pk])

    client.post(goal, {"reward": lesson.pk})
    text = client.get(page_of(customer)).content.decode()
    assert "Saves for: A class" in text
    assert "260 of 900" in text
    client.post(goal, {"reward": "0"})
    assert not SavingGoal.objects.exists()
    assert "640 more points for “A class”." in client.get(page_of(customer)).content.decode()


def test_a_file_without_points_and_a_shop_without_rewards_say_nothing(sign_in, customer):
    assert "All rewards" not in sign_in("support").get(page_of(customer)).content.decode()


def test_a_marketer_makes_a_reward_with_a_picture(sign_in):
    client = sign_in("marketer")
    raw = picture_file(kind="JPEG")
    picture = SimpleUploadedFile("mug.png.exe", raw, content_type="text/html")

    answer = client.post(
        reverse("loyalty:reward_new"), FORM | {"stock": "5", "picture": picture}, follow=True
    )

    assert "“A mug” is saved." in answer.content.decode()
    row = Reward.objects.get()
    shown = client.get(reverse("loyalty:reward_picture", args=[row.pk]))
    assert (shown["Content-Type"], shown.content[:4]) == ("image/webp", b"RIFF")
    assert (shown["X-Content-Type-Options"], shown["Cache-Control"][:7]) == ("nosniff", "private")
    assert row.stock == 5


@pytest.mark.parametrize("raw", [b"<svg onload=alert(1)>", b"GIF89a" + bytes(99), b"MZ" * 99])
def test_a_file_that_is_no_picture_is_refused(sign_in, raw):
    picture = SimpleUploadedFile("mug.png", raw, content_type="image/png")

    answer = sign_in("marketer").post(reverse("loyalty:reward_new"), FORM | {"picture": picture})

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"picture"}
    assert not Reward.objects.exists()


def test_it_is_changed_put_away_and_offered_again(sign_in, cast, customer):
    client, row = sign_in("marketer"), rewards_of(customer, cast["support"], NOW)["reward"]
    address = reverse("loyalty:reward_edit", args=[row.pk])
    initial = client.get(address).context["form"].initial
    words = FORM | {"name_en": "A cup", "stock": "9", "seen_stock": str(initial["seen_stock"])}

    done = client.post(address, words | {"version": "1", "without_picture": "on"})
    late = client.post(address, words | {"version": "1"})
    row.refresh_from_db()

    assert (done.status_code, late.status_code) == (302, 422)
    assert (row.names, row.stock, RewardPicture.objects.count()) == ({"en": "A cup"}, 9, 0)
    act(client, "reward_archive", row)
    assert "A cup" not in client.get(reverse("loyalty:rewards")).content.decode().split("<main")[1]
    act(client, "reward_restore", row)
    row.refresh_from_db()
    assert row.archived_at is None


def test_cards_say_how_often_and_on_what_terms(sign_in, cast, customer):
    rewards_of(customer, cast["support"], NOW)
    cards = sign_in("support").get(reverse("loyalty:rewards")).context["cards"]

    assert [(card.name, card.claimed, card.waiting, card.terms) for card in cards] == [
        ("A mug", 1, 1, ["4 left", "3 for each customer"]),
        ("A bowl", 0, 0, ["out of stock"]),
        ("A class", 0, 0, []),
    ]


def test_the_list_of_claims(sign_in, cast, customer):
    row = rewards_of(customer, cast["support"], NOW)["claim"]
    client, page = sign_in("support"), reverse("loyalty:claims")

    assert [one["who"] for one in client.get(page).context["rows"]] == ["Anna Nowak"]
    act(client, "claim_ready", row)
    act(client, "claim_hand_over", row)
    assert client.get(page).context["rows"] == []
    assert len(client.get(page, {"state": "handed_over"}).context["rows"]) == 1
    act(client, "claim_take_back", row)
    assert len(client.get(page, {"state": "nonsense", "before": "9" * 30}).context["rows"]) == 1


def test_a_marketer_claims_nothing_and_a_clerk_changes_no_reward(sign_in, cast, customer):
    row = rewards_of(customer, cast["support"], NOW)["reward"]

    assert claim(sign_in("marketer"), customer, row).status_code == 403
    assert sign_in("support").get(reverse("loyalty:reward_edit", args=[row.pk])).status_code == 403
    assert RewardClaim.objects.count() == 1


def test_pages_ask_the_same_queries_however_many_rewards_there_are(sign_in, customer):
    client, asked = sign_in("support"), []
    pages = [
        page_of(customer),
        reverse("loyalty:shelf", args=[customer.pk]),
        reverse("loyalty:rewards"),
        reverse("loyalty:claims"),
    ]
    for number in (1, 7):
        for _each in range(number):
            claim(client, customer, RewardFactory(names={"pl": "Kubek"}, cost=20), key="")
        for page in pages:
            client.get(page)
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            counts.append(len(queries))
        asked.append(counts)
    assert asked[0] == asked[1]
