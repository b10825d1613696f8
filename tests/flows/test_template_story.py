"""A marketer writes a mail beside its preview, and it is published in the language."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from messaging.models import Template, TemplateVersion
from messaging.services.default_templates import add_default_templates
from tests.factories.customers import CustomerFactory
from tests.flows.conftest import is_too_wide

Enter = Callable[..., Page]


@pytest.fixture
def birthday(db: None) -> Template:
    add_default_templates()
    return Template.objects.get(key="birthday")


def test_words_are_written_beside_the_mail_and_published(enter: Enter, birthday: Template) -> None:
    page = enter("marketer", "/templates/")
    page.get_by_role("link", name="Birthday").click()
    expect(page.locator("iframe")).to_have_count(4)
    page.get_by_role("link", name="Edit – Polish").click()
    mail = page.frame_locator("#preview")
    expect(mail.get_by_text("Dzień dobry, Pani Anno,")).to_be_visible()

    page.get_by_label("Heading").fill("Sto lat")
    expect(mail.get_by_text("Sto lat")).to_be_visible()
    page.get_by_text("Text", exact=True).click()
    expect(mail.locator("pre")).to_contain_text("Sto lat\n\nDzień dobry, Pani Anno,")
    page.get_by_text("Phone", exact=True).click()
    expect(mail.get_by_text("Sto lat")).to_be_visible()
    assert page.locator("#preview").bounding_box()["width"] <= 362  # type: ignore[index]
    page.get_by_role("button", name="Publish").click()

    expect(page.get_by_text("Published: from now on this is what is sent.")).to_be_visible()
    newest = TemplateVersion.objects.filter(template=birthday, language="pl").first()
    assert newest is not None
    assert (newest.number, newest.is_frozen) == (2, True)
    assert "Sto lat" in newest.mjml


def test_the_way_back_is_not_filled_with_previews(enter: Enter, birthday: Template) -> None:
    page = enter("marketer", f"/templates/{birthday.pk}/")
    page.get_by_role("link", name="Edit – English").click()
    mail = page.frame_locator("#preview")
    for words in ("One", "Two", "Three"):
        page.get_by_label("Heading").fill(words)
        expect(mail.get_by_text(words, exact=True)).to_be_visible()

    page.go_back()

    expect(page.locator("iframe")).to_have_count(4)


def test_a_customer_sees_their_own_name_in_it(enter: Enter, birthday: Template) -> None:
    CustomerFactory(first_name="Zbigniew", last_name="Kot", name_key="kot zbigniew")
    page = enter("marketer", f"/templates/{birthday.pk}/pl/")

    page.get_by_label("As this customer would get it").fill("Kot")

    mail = page.frame_locator("#preview")
    expect(mail.get_by_text("Dzień dobry, Panie Zbigniewie,")).to_be_visible()


def test_a_mistake_is_said_with_its_line_and_nothing_is_lost(
    enter: Enter, birthday: Template
) -> None:
    page = enter("marketer", f"/templates/{birthday.pk}/en/?as=source")
    source = page.get_by_label("Text and layout (MJML)")
    source.fill("<mjml>\n<mj-body>\n<mj-nope /></mj-body></mjml>")

    page.get_by_role("button", name="Save draft").click()

    expect(page.get_by_text("Line 3: There is no element “mj-nope”.").first).to_be_visible()
    expect(page.get_by_label("Text and layout (MJML)")).to_have_value(
        "<mjml>\n<mj-body>\n<mj-nope /></mj-body></mjml>"
    )
    page.set_viewport_size({"width": 360, "height": 740})
    assert not is_too_wide(page)


def test_what_a_template_holds_can_run_nothing(enter: Enter, birthday: Template) -> None:
    """Even a version that came past the rules runs no script in its frame."""
    version = TemplateVersion.objects.create(
        template=birthday,
        language="en",
        number=9,
        subject="x",
        mjml="x",
        html="<p id='p'>quiet</p><script>document.getElementById('p').textContent='loud'</script>",
        text="x",
        sha256="0" * 64,
        created_at=birthday.created_at,
    )

    page = enter("marketer", f"/templates/versions/{version.pk}/")

    expect(page.frame_locator("iframe").get_by_text("quiet")).to_be_visible()
    assert page.frame_locator("iframe").get_by_text("loud").count() == 0
