"""What erasing and merging will do with each table of the customer file, word by word."""

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from core.privacy import personal_data
from customers.merging import MergeRule, OnMerge, merge_rules
from customers.models import Customer, IdentityKind

MOVE, DROP, DERIVE = OnMerge.MOVE, OnMerge.MOVE_OR_DROP, OnMerge.DERIVE

OWNERS = {
    "customers.ConsentEntry": "customer",
    "customers.ConsentRequest": "customer",
    "customers.CountryRule": None,
    "customers.Customer": "",
    "customers.CustomerTag": "customer",
    "customers.DeliveryFault": None,
    "customers.FollowUp": "customer",
    "customers.Identity": "customer",
    "customers.ImportProblem": None,
    "customers.ImportRun": None,
    "customers.ImportantDate": "customer",
    "customers.Interaction": "customer",
    "customers.InteractionDraft": "customer",
    "customers.MailPreference": "customer",
    "customers.PossibleDuplicate": "first",
    "customers.PreferenceChange": "customer",
    "customers.Purchase": "customer",
    "customers.PurchaseLine": "purchase__customer",
    "customers.PurchaseSummary": "customer",
    "customers.Refund": "customer",
    "customers.SearchVariant": None,
    "customers.SearchWord": None,
    "customers.Segment": None,
    "customers.StaleSummary": "customer",
    "customers.Suppression": None,
    "customers.Tag": None,
    "customers.Topic": None,
}
GONE_AS_A_WHOLE = {
    "customers.ConsentRequest",
    "customers.CustomerTag",
    "customers.FollowUp",
    "customers.Identity",
    "customers.ImportantDate",
    "customers.Interaction",
    "customers.InteractionDraft",
    "customers.MailPreference",
    "customers.PossibleDuplicate",
    "customers.PreferenceChange",
    "customers.PurchaseSummary",
    "customers.StaleSummary",
}
RULES = {
    "customers.ConsentEntry.customer": (MOVE, ()),
    "customers.ConsentRequest.customer": (MOVE, ()),
    "customers.CustomerTag.customer": (DROP, ("tag",)),
    "customers.FollowUp.customer": (MOVE, ()),
    "customers.Identity.customer": (DROP, ("kind", "key")),
    "customers.ImportantDate.customer": (DROP, ("label", "month", "day")),
    "customers.Interaction.customer": (MOVE, ()),
    "customers.InteractionDraft.customer": (DROP, ("user",)),
    "customers.MailPreference.customer": (DROP, ()),
    "customers.PossibleDuplicate.first": (DERIVE, ()),
    "customers.PossibleDuplicate.second": (DERIVE, ()),
    "customers.PreferenceChange.customer": (MOVE, ()),
    "customers.Purchase.customer": (MOVE, ()),
    "customers.PurchaseSummary.customer": (DERIVE, ()),
    "customers.Refund.customer": (MOVE, ()),
    "customers.StaleSummary.customer": (DERIVE, ()),
}


def entries():
    return {
        label: entry for label, entry in personal_data.items() if label.startswith("customers.")
    }


def test_every_table_has_its_owner():
    assert {label: entry.owner for label, entry in entries().items()} == OWNERS


def test_rows_that_are_personal_as_a_whole_go():
    gone = {label for label, entry in entries().items() if entry.delete_row}

    assert gone & OWNERS.keys() >= GONE_AS_A_WHOLE
    assert {label for label in gone if OWNERS[label]} == GONE_AS_A_WHOLE


@pytest.mark.parametrize(
    ("label", "blank"),
    [
        (
            "customers.Customer",
            "address birth_day birth_month birth_year city contact_hint first_name found_us "
            "last_name name_key notes postcode timezone",
        ),
        ("customers.ConsentEntry", "address source_note"),
        ("customers.Purchase", "number"),
        ("customers.Refund", "number part refund_of"),
        ("customers.PurchaseLine", ""),
        ("customers.Tag", ""),
        ("customers.Segment", ""),
    ],
)
def test_what_is_emptied(label, blank):
    assert sorted(personal_data.get(label).blank) == blank.split()


@pytest.mark.parametrize("label", ["customers.Purchase", "customers.Refund"])
def test_money_stays_without_its_person(label):
    entry = personal_data.get(label)

    assert entry.detach == {"customer"}
    assert not entry.delete_row
    assert not entry.blank & {"gross_minor", "amount_minor", "currency", "occurred_at"}
    assert entry.model._meta.get_field("customer").null


def test_the_proof_of_a_consent_outlives_its_person():
    entry = personal_data.get("customers.ConsentEntry")

    assert {"text", "text_hash", "purpose", "action", "occurred_at"} <= entry.impersonal
    assert not entry.delete_row


def test_no_field_is_classed_twice():
    for label, entry in entries().items():
        classes = [*entry.blank, *entry.detach, *entry.impersonal]

        assert len(classes) == len(set(classes)), label


def test_the_path_to_the_owner_leads_to_a_customer():
    for label, entry in entries().items():
        model = entry.model
        for step in (entry.owner or "").split("__"):
            if step:
                model = model._meta.get_field(step).related_model

        assert model is Customer or not entry.owner, label


def test_the_merge_rules_are_these():
    ours = {key: rule for key, rule in merge_rules.items() if key.startswith("customers.")}

    assert {key: (rule.on_merge, rule.equal) for key, rule in ours.items()} == RULES


def test_a_rule_stands_under_its_own_name():
    for key, rule in merge_rules.items():
        assert key == f"{rule.model}.{rule.field}"
        assert rule == MergeRule(rule.model, rule.field, rule.on_merge, rule.equal)


def test_every_rule_is_of_a_key_to_the_customer():
    for rule in merge_rules:
        field = apps.get_model(rule.model)._meta.get_field(rule.field)

        assert isinstance(field, ForeignKey)
        assert field.related_model is Customer, rule


def test_a_rule_that_may_drop_says_which_rows_are_equal_unless_there_is_one_each():
    for rule in merge_rules:
        field = apps.get_model(rule.model)._meta.get_field(rule.field)
        says_which = bool(rule.equal) or field.one_to_one

        assert says_which if rule.on_merge == DROP else not rule.equal, rule


def test_kinds_of_contact_that_belong_to_one_customer_are_the_databases_too():
    constraints = {
        constraint.name: constraint
        for constraint in apps.get_model("customers.Identity")._meta.constraints
    }
    unique = str(constraints["identity_unique"].condition)

    assert IdentityKind.EMAIL in unique
    assert IdentityKind.EXTERNAL in unique
    assert IdentityKind.PHONE not in unique
