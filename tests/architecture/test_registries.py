"""A model that forgot its entry in a registry fails here, by name."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.db.models import Field, ForeignKey, Model

from core.demo import demo_parts, left_empty
from core.privacy import personal_data
from customers.merging import merge_rules
from customers.models import Customer

OURS = ("core", "accounts", "customers", "messaging", "loyalty", "support", "retention", "crm")
TEXTUAL = (
    models.CharField,
    models.TextField,
    models.DateField,
    models.JSONField,
    models.BinaryField,
    models.EmailField,
)


def our_models() -> list[type[Model]]:
    return [model for app in OURS for model in apps.get_app_config(app).get_models()]


def unclassed_fields(model: type[Model]) -> Iterator[str]:
    entry = personal_data.get(model._meta.label)
    classed = entry.blank | entry.detach | entry.impersonal
    for field in model._meta.concrete_fields:
        textual = isinstance(field, TEXTUAL)
        ownerless = points_to_person(field) and entry.owner is None
        if (textual or ownerless) and not entry.delete_row and field.name not in classed:
            yield f"{model._meta.label}.{field.name}"


def points_to_person(field: Field[object, object]) -> bool:
    return isinstance(field, ForeignKey) and field.related_model is Customer


def test_every_model_is_in_the_personal_data_map() -> None:
    missing = [
        model._meta.label for model in our_models() if model._meta.label not in personal_data
    ]

    assert missing == []


def test_every_text_and_date_field_is_classed() -> None:
    fields = [name for model in our_models() for name in unclassed_fields(model)]

    assert fields == []


def test_classed_fields_exist() -> None:
    for entry in personal_data:
        names = {field.name for field in entry.model._meta.concrete_fields}

        assert entry.blank | entry.detach | entry.impersonal <= names, entry.model


def test_every_key_to_customer_has_a_merge_rule() -> None:
    keys = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
        if points_to_person(field)
    ]

    assert len(keys) >= 10
    assert [key for key in keys if key not in merge_rules] == []


def test_merge_rules_name_real_fields() -> None:
    for rule in merge_rules:
        names = {field.name for field in apps.get_model(rule.model)._meta.get_fields()}

        assert {rule.field, *rule.equal} <= names, rule


def test_every_model_is_filled_by_the_demo_or_left_empty_with_a_reason() -> None:
    filled = {label for part in demo_parts for label in part.models}
    labels = {model._meta.label for model in our_models()}

    assert sorted(labels - filled - set(dict(left_empty.items()))) == []
    assert sorted(filled - labels) == []
