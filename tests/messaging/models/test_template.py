"""A version that was published or used is what it was for ever, also for whoever goes past the
services."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from messaging.models import Template, TemplateVersion
from tests.factories.messaging import NOON, TemplateFactory, TemplateVersionFactory

pytestmark = pytest.mark.django_db
CHANGES: list[dict[str, Any]] = [
    {"subject": "Other"},
    {"preheader": "Other"},
    {"mjml": "Other"},
    {"html": "Other"},
    {"text": "Other"},
    {"language": "pl"},
    {"number": 7},
    {"published_at": NOON + timedelta(days=1)},
]


def refused(pattern: str) -> Any:
    return pytest.raises(DatabaseError, match=pattern)


@pytest.mark.parametrize("frozen", ["published_at", "used_at"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_what_was_published_or_used_cannot_be_changed(frozen: str, change: dict[str, Any]) -> None:
    version = TemplateVersionFactory(**{frozen: NOON})

    with refused("cannot be changed"), transaction.atomic():
        TemplateVersion.objects.filter(pk=version.pk).update(**change)

    assert version.is_frozen
    assert TemplateVersion.objects.get().subject == "Hello {{ first_name }}"


@pytest.mark.parametrize("frozen", ["published_at", "used_at"])
def test_what_was_published_or_used_cannot_be_deleted(frozen: str) -> None:
    version = TemplateVersionFactory(**{frozen: NOON})

    with refused("cannot be deleted"), transaction.atomic():
        version.delete()

    assert TemplateVersion.objects.count() == 1


def test_a_draft_can_be_changed_published_and_then_used() -> None:
    drafts = TemplateVersion.objects.filter(pk=TemplateVersionFactory().pk)

    drafts.update(subject="Better")
    drafts.update(published_at=NOON)
    drafts.update(used_at=NOON)

    version = drafts.get()
    assert (version.subject, version.published_at, version.used_at) == ("Better", NOON, NOON)


def test_a_draft_can_be_thrown_away() -> None:
    version = TemplateVersionFactory()

    version.delete()

    assert not TemplateVersion.objects.exists()


@pytest.mark.parametrize("later", [None, NOON + timedelta(days=1)])
def test_the_first_use_is_said_once(later: Any) -> None:
    version = TemplateVersionFactory(used_at=NOON)

    with refused("said once"), transaction.atomic():
        TemplateVersion.objects.filter(pk=version.pk).update(used_at=later)

    assert TemplateVersion.objects.get().used_at == NOON


def test_a_number_is_given_once_per_language() -> None:
    version = TemplateVersionFactory(number=2)
    TemplateVersionFactory(template=version.template, number=2, language="pl")

    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateVersionFactory(template=version.template, number=2)


@pytest.mark.parametrize("wrong", [{"kind": "spam"}, {"kind": ""}])
def test_the_database_knows_the_kinds(wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateFactory(**wrong)


def test_put_away_templates_are_not_kept() -> None:
    kept = TemplateFactory()
    TemplateFactory(archived_at=NOON)

    assert list(Template.objects.kept()) == [kept]


def test_drafts_and_published_versions_are_told_apart() -> None:
    template = TemplateFactory()
    draft = TemplateVersionFactory(template=template, number=3)
    tried = TemplateVersionFactory(template=template, number=2, used_at=NOON)
    sent = TemplateVersionFactory(template=template, number=1, published_at=NOON)

    assert list(TemplateVersion.objects.drafts()) == [draft]
    assert list(TemplateVersion.objects.published()) == [sent]
    assert tried.is_frozen
    assert not draft.is_frozen
