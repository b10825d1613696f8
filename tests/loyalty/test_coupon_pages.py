"""Coupons' pages, as the marketer and the clerk use them."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from core.models import AuditEntry
from customers.models import Customer
from customers.rules.segment_language import Condition, Group, Join
from customers.segments import compile_tree, context_of
from customers.services.segments import save_segment
from loyalty.models import CampaignState, CouponCampaign, CouponCode, CouponUse
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.loyalty import coupons
from tests.loyalty.coupons import NOON, asking

pytestmark = pytest.mark.django_db
NEW = {
    "name": "Winter",
    "kind": "percent",
    "percent": "12.5",
    "first_day": "2026-11-22",
    "last_day": "2026-12-31",
    "customer_per": "ever",
    "total_per": "ever",
    "together": "1",
    "version": "1",
}
KEY = "k" * 32


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def anna():
    customer = CustomerFactory(first_name="Anna", last_name="Nowak", name_key="anna nowak")
    IdentityFactory(customer=customer, value="anna@example.pl", key="anna@example.pl")
    return customer


def page(of):
    return reverse("loyalty:coupon", args=[of.pk])


def till(client, code, basket="100.00", **more):
    values = {"code": code, "basket": basket, "key": KEY} | more
    return client.post(reverse("loyalty:coupon_till"), values)


def use(client, code, discount="1000", basket="100.00", **more):
    values = {"code": code, "basket": basket, "key": KEY, "discount": discount} | more
    return client.post(reverse("loyalty:coupon_use"), values)


def test_a_marketer_makes_a_campaign_and_its_codes(sign_in):
    client = sign_in("marketer")

    answer = client.post(reverse("loyalty:coupon_new"), NEW)

    made = CouponCampaign.objects.get()
    assert answer.headers["Location"] == page(made)
    assert (made.rate, made.currency, made.ends_at.isoformat()) == (
        1_250,
        "PLN",
        "2026-12-31T23:00:00+00:00",
    )
    client.post(page(made) + "codes/", {"number": "120", "batch": "Leaflet"})
    client.post(page(made) + "words/", {"word": "Winter 26", "limit": ""})
    shown = client.get(page(made)).context
    assert [figure.value for figure in shown["figures"]][:3] == ["121", "0", "0"]
    assert str(shown["codes"][0].code) == "WINTER 26"
    older = client.get(page(made), {"before": shown["older"]}).context
    assert len(older["codes"]) == len(shown["codes"]) == 20
    found = client.get(page(made), {"q": "winter26"}).context["codes"]
    assert [str(row.code) for row in found] == ["WINTER 26"]
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"coupon_campaign.added", "coupon.minted", "coupon.word_added"} <= actions


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("percent", ""),
        ("percent", "101"),
        ("kind", "nothing"),
        ("last_day", "2026-11-21"),
        ("first_day", "1800-01-01"),
        ("together", "0"),
        ("budget", "-5"),
        ("customer_limit", "0"),
        ("segment", "7"),
        ("name", "\x00"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused(sign_in, field, value):
    answer = sign_in("marketer").post(reverse("loyalty:coupon_new"), {**NEW, field: value})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not CouponCampaign.objects.exists()


def test_who_saved_in_between_is_not_overwritten(sign_in):
    client, made = sign_in("marketer"), coupons.campaign()
    address = reverse("loyalty:coupon_edit", args=[made.pk])

    assert client.post(address, {**NEW, "percent": "20"}).status_code == 302
    again = client.post(address, {**NEW, "percent": "30"})

    assert again.status_code == 422
    assert CouponCampaign.objects.get().rate == 2_000
    renewed = {**NEW, "percent": "30", "version": again.context["form"]["version"].value()}
    assert client.post(address, renewed).status_code == 302


def test_a_campaign_of_a_deleted_segment_is_not_opened_to_all(sign_in):
    tree = Group(Join.ALL, (Condition("city", "is", "Brno"),))
    segment = save_segment(actor=None, segment=None, name="Near", tree=tree)
    made = coupons.campaign(for_segment=True, segment=segment)
    type(segment).with_deleted.all().delete()

    answer = sign_in("marketer").post(reverse("loyalty:coupon_edit", args=[made.pk]), NEW)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["segment"])


def test_stopped_opened_withdrawn_restored(sign_in):
    client, made = sign_in("manager"), coupons.campaign()
    coupons.codes(made)
    code = reverse("loyalty:coupon_withdraw", args=[CouponCode.objects.get().pk])

    for _twice in "ab":
        assert client.post(page(made) + "stop/").status_code == 302
        assert client.post(code).status_code == 302
    assert CouponCampaign.objects.get().state == CampaignState.STOPPED
    assert CouponCode.objects.get().withdrawn_at == NOON
    client.post(page(made) + "opening/")
    client.post(code.replace("withdrawal", "restoring"))
    assert CouponCode.objects.get().withdrawn_at is None
    assert AuditEntry.objects.filter(action="coupon.withdrawn").count() == 1


def test_the_file_has_codes_and_no_contacts(sign_in, anna):
    made = coupons.campaign(name="=cmd()")
    coupons.codes(made, 2)
    own = coupons.given(made, anna)

    text = b"".join(sign_in("marketer").get(page(made) + "csv/").streaming_content).decode()

    lines = text.splitlines()
    assert len(lines) == 4
    assert lines[-1].startswith(f"{own},'=cmd(),")
    assert lines[-1].endswith(f",Free,,{anna.pk},2026-11-22")
    assert "anna" not in text.lower()
    assert AuditEntry.objects.get(action="coupon.exported").details == {"number": 3}
    assert sign_in("support").get(page(made) + "csv/").status_code == 403


def test_a_coupon_is_given_once_for_two_clicks(sign_in, anna):
    client, made = sign_in("support"), coupons.campaign(given_days=30)
    address = reverse("loyalty:customer_coupons", args=[anna.pk])

    for _click in "ab":
        assert client.post(address, {"campaign": made.pk, "key": KEY}).status_code == 302

    code = CouponCode.objects.get()
    assert (code.customer, code.given_by.username) == (anna, "support")
    assert str(code) in client.get(address).content.decode()
    file = client.get(reverse("customers:customer", args=[anna.pk])).content.decode()
    assert "Coupon given: Autumn" in file
    assert str(code) in file
    assert client.post(address, {"campaign": "99"}).status_code == 422


def test_at_the_till_two_clicks_use_a_code_and_one_takes_it_back(sign_in, anna):
    client, own = sign_in("support"), coupons.given(coupons.campaign(), anna)

    shown = till(client, str(own).lower())
    assert shown.context["answer"].total.endswith("90.00")
    assert shown.context["whose"] == "Anna Nowak"
    first, second = use(client, str(own)), use(client, str(own))

    assert (first.status_code, second.status_code) == (302, 302)
    made = CouponUse.objects.get()
    assert (made.state, made.customer, made.order) == ("captured", anna, f"till:{KEY}")
    assert "used already" in till(client, str(own)).content.decode()
    client.post(reverse("loyalty:coupon_undo", args=[made.pk]))
    assert till(client, str(own)).status_code == 200


def test_what_changed_since_it_was_shown_is_shown_anew(sign_in):
    client, code = sign_in("support"), coupons.codes(coupons.campaign())[0]

    answer = use(client, code, discount="1500")

    assert (answer.status_code, answer.context["answer"].discount_minor) == (200, 1_000)
    assert not CouponUse.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"code": "NOBODY"}, "code"),
        ({"code": ""}, "code"),
        ({"code": "\x00"}, "code"),
        ({"basket": "x"}, "basket"),
        ({"basket": "99999999999999999999"}, "basket"),
        ({"customer": "nobody@example.pl"}, "customer"),
        ({"part": "100.01"}, "part"),
    ],
)
def test_at_the_till_each_refusal_stands_at_its_field(sign_in, more, field):
    word = coupons.word(coupons.campaign())

    answer = till(sign_in("support"), **({"code": word} | more))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_the_till_asks_for_the_products_a_code_is_for(sign_in):
    client, code = sign_in("support"), coupons.codes(coupons.campaign(item="Cups"))[0]

    assert list(till(client, code).context["form"].errors) == ["part"]
    assert till(client, code, part="40.00").context["answer"].discount_minor == 400


def test_the_till_knows_people_by_mail_and_number(sign_in, anna):
    client, word = sign_in("support"), coupons.word(coupons.campaign(customer_limit=1))

    for text in ("ANNA@example.pl", str(anna.pk), f"№ {anna.pk}"):
        assert till(client, word, customer=text).context["whose"] == "Anna Nowak"
    assert "who the customer is" in till(client, word).content.decode()


def test_a_marketer_looks_and_uses_nothing(sign_in):
    client, code = sign_in("marketer"), coupons.codes(coupons.campaign())[0]

    assert till(client, code).status_code == use(client, code).status_code == 403
    assert not CouponUse.objects.exists()


def test_segments_ask_for_coupons(sign_in, shop, anna):
    made, other = coupons.campaign(), coupons.campaign(name="Other")
    jan = CustomerFactory()
    coupons.given(made, jan)
    own = coupons.given(made, anna)
    coupons.use(own.code, ask=asking(customer=anna, now=NOON - timedelta(minutes=1)))

    def people(field, operator, value):
        tree = Group(Join.ALL, (Condition(field, operator, value),))
        rows = Customer.objects.filter(compile_tree(tree, context_of(shop, NOON)))
        return set(rows)

    one, two = [str(made.pk)], [str(other.pk)]
    assert people("coupon_unused", "any_of", one) == people("coupon_used", "none_of", one) == {jan}
    assert people("coupon_used", "filled", None) == people("coupon_unused", "empty", None) == {anna}
    assert people("coupon_unused", "any_of", two) == set()
