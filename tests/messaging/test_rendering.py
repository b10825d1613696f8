"""A version filled for one person; which version it is; fields in bulk."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from core.models import Shop
from messaging.errors import NoVersion, RenderFailed
from messaging.fields import data_for, mail_fields, occasion_fields, sample_data
from messaging.models import TemplateVersion
from messaging.rendering import newest_published, render, version_for
from messaging.services.default_templates import add_default_templates
from tests.factories.customers import CustomerFactory, PurchaseFactory
from tests.factories.messaging import NOON, TemplateFactory, TemplateVersionFactory

pytestmark = pytest.mark.django_db


def test_a_version_is_filled_with_escaped_values_on_one_pass() -> None:
    version = TemplateVersionFactory()

    mail = render(version, {"first_name": "{{ shop_name }} & <b>\r\nBcc: x@evil.example"})

    assert mail.subject == "Hello {{ shop_name }} & <b> Bcc: x@evil.example"
    assert "<p>Hello {{ shop_name }} &amp; &lt;b&gt;" in mail.html
    assert mail.text.startswith("Hello {{ shop_name }} & <b>")


@pytest.mark.parametrize(
    ("html", "data"),
    [
        ("{{ missing }}", {}),
        ("{{ n | number }}", {"n": "abc"}),
        ("{{ n | money }}", {"n": {"amount": "1", "currency": "<b>"}}),
        ("{% for a in (1..100000) %}x{% endfor %}", {}),
        ("{{ n.a.b }}", {"n": {"a": 1}}),
    ],
)
def test_what_cannot_be_filled_is_one_kind_of_error(html: str, data: dict[str, Any]) -> None:
    version = TemplateVersionFactory(subject="Hello", html=html, text="")

    with pytest.raises(RenderFailed):
        render(version, data)


def test_a_changed_draft_is_read_anew() -> None:
    version = TemplateVersionFactory(subject="One")
    before = render(version, {"first_name": "Anna"})
    version.subject = "Two"

    assert [before.subject, render(version, {"first_name": "Anna"}).subject] == ["One", "Two"]


def test_the_shops_colours_are_put_in_if_they_are_colours() -> None:
    version = TemplateVersionFactory(subject="S", html="<b>{{ shop_look.ink }}</b>", text="")

    def shown(ink: str) -> str:
        return render(version, {"shop_look": {"ink": ink}}).html

    assert shown("#8f5309") == "<b>#8f5309</b>"
    assert shown("#1f6b4f") == "<b>#1f6b4f</b>"
    assert shown('{{ x }}"><i>') == "<b>{{ x }}&#34;&gt;&lt;i&gt;</b>"


def test_the_newest_published_version_of_the_language_is_sent(shop: Shop) -> None:
    template = TemplateFactory()
    for language, number, published in (
        ("en", 1, NOON),
        ("pl", 1, NOON),
        ("pl", 2, NOON),
        ("pl", 3, None),
        ("cs", 1, None),
    ):
        TemplateVersionFactory(
            template=template, language=language, number=number, published_at=published
        )

    def chosen(language: str) -> tuple[str, int]:
        version = version_for(template, language)
        return version.language, version.number

    assert [chosen(code) for code in ("pl", "pl-PL", "cs", "de", "")] == [
        ("pl", 2),
        ("pl", 2),
        ("en", 1),
        ("en", 1),
        ("en", 1),
    ]
    assert {code: row.number for code, row in newest_published(template).items()} == {
        "en": 1,
        "pl": 2,
    }
    shop.language = "pl"
    shop.save()
    assert chosen("cs") == ("pl", 2)


def test_without_a_version_there_is_nothing_to_send(shop: Shop) -> None:
    template = TemplateVersionFactory().template

    with pytest.raises(NoVersion):
        version_for(template, "en")


def version_reading(language: str = "pl", *names: str) -> TemplateVersion:
    text = " ".join(f"{{{{ {name} }}}}" for name in names)
    made: TemplateVersion = TemplateVersionFactory(
        language=language, subject="S", html=text, text=text
    )
    return made


def test_data_are_plain_values_of_the_fields_that_are_read(shop: Shop) -> None:
    anna = CustomerFactory(joined_on=date(2023, 3, 14))
    guest = CustomerFactory(first_name="Xawery", joined_on=None)
    for day in (20, 22):
        PurchaseFactory(customer=anna, occurred_at=datetime(2026, 10, day, 23, 30, tzinfo=UTC))
    PurchaseFactory(customer=anna, occurred_at=datetime(2026, 11, 1, tzinfo=UTC), counts=False)
    version = version_reading(
        "pl",
        "vocative",
        "polite_name",
        "first_name",
        "last_purchase_on",
        "customer_since",
        "shop_name",
        "unsubscribe_url",
    )

    assert data_for([anna.pk, guest.pk], version) == {
        anna.pk: {
            "vocative": "Anno",
            "polite_name": "Pani Anno",
            "first_name": "Anna",
            "last_purchase_on": "2026-10-23",
            "customer_since": "2023-03-14",
            "shop_name": "Perennial",
        },
        guest.pk: {
            "vocative": "Xawery",
            "polite_name": "",
            "first_name": "Xawery",
            "last_purchase_on": None,
            "customer_since": None,
            "shop_name": "Perennial",
        },
    }
    assert occasion_fields(version) == ["unsubscribe_url"]


def test_a_field_is_read_once_for_all(
    shop: Shop, django_assert_num_queries: CaptureQueriesContext
) -> None:
    ids = [CustomerFactory().pk for _ in range(5)]
    version = version_reading("cs", "first_name", "last_purchase_on")

    with django_assert_num_queries(2):  # type: ignore[operator]
        data_for(ids, version)


def test_nobody_is_asked_for_nothing(shop: Shop) -> None:
    assert data_for([], version_reading("en", "first_name")) == {}


def test_every_default_template_can_be_filled_in_every_language(shop: Shop) -> None:
    add_default_templates()

    for version in TemplateVersion.objects.select_related("template"):
        mail = render(version, sample_data(version.language))
        assert "{{" not in mail.subject + mail.html + mail.text
        assert "None" not in mail.text
        assert 10 < len(mail.subject) <= 70 or version.template.key in {"survey", "apology"}
        assert len(mail.html.encode()) < 30_000
        marketing = version.template.kind != "service"
        assert ("https://example.com/unsubscribe" in mail.html) == marketing
        assert ("https://example.com/unsubscribe" in mail.text) == marketing


def test_every_field_has_an_example_that_is_a_plain_value(shop: Shop) -> None:
    for language in ("en", "pl", "cs", "ro"):
        for name, value in sample_data(language).items():
            assert isinstance(value, str | int | list | dict), name
    assert len(mail_fields) >= 15
