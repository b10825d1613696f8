"""The pages of templates: written as words or as source, previewed, tested, published."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from core import clock
from core.middleware.headers import PREVIEW_HEADERS
from core.models import Shop
from customers.services.search import index_customers
from messaging.default_texts import DEFAULTS
from messaging.letters import Writer
from messaging.models import Message, Template, TemplateVersion
from messaging.services.default_templates import add_default_templates
from messaging.services.gate import decide
from tests.factories.customers import CustomerFactory
from tests.factories.messaging import NOON, TemplateFactory, TemplateVersionFactory
from tests.factories.permission import TopicFactory
from tests.messaging.rules.templates import column

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
FOOT = '<mj-block name="foot" />'
TEXT = column("<mj-text mj-class='title'>Hello {{ vocative }}</mj-text><mj-text>News</mj-text>")
LETTER = TEXT.replace("</mj-body>", f"{FOOT}</mj-body>")
SENT = {"subject": "News", "preheader": "A few", "mjml": LETTER}


def address(name: str, template: Template, language: str = "pl") -> str:
    return reverse(f"messaging:{name}", args=[template.pk, language])


@pytest.fixture
def template(shop: Shop) -> Template:
    made: Template = TemplateFactory(kind="marketing", name="Spring letter")
    return made


def test_an_empty_shop_is_invited_to_take_the_default_templates(sign_in: SignIn) -> None:
    client = sign_in(Role.MARKETER)
    assert b"No templates yet" in client.get("/templates/").content

    answer = client.post(reverse("messaging:templates_defaults"), follow=True)

    assert Template.objects.count() == len(DEFAULTS)
    assert f"Default templates added: {len(DEFAULTS)}" in answer.content.decode()
    assert b"Complaint received" in answer.content


def test_the_list_shows_languages_drafts_and_what_is_put_away(
    sign_in: SignIn, template: Template
) -> None:
    TemplateVersionFactory(template=template, language="pl", published_at=NOON)
    TemplateVersionFactory(template=template, language="cs")
    TemplateFactory(name="Old one", archived_at=NOON)

    page = sign_in(Role.SUPPORT).get("/templates/").content.decode()

    assert "Spring letter" in page
    assert "badge-good" in page
    assert "badge-warn" in page
    assert "1 template put away" in page
    assert "New template" not in page
    assert "Take out again" not in page


def test_a_new_template_begins_with_a_letter_that_can_be_sent(
    sign_in: SignIn, shop: Shop, cast: dict[str, User]
) -> None:
    client = sign_in(Role.MARKETER)

    answer = client.post("/templates/new/", {"name": "Żółta jesień", "kind": "marketing"})

    made = Template.objects.get()
    assert (made.key, made.name, made.kind) == ("zolta_jesien", "Żółta jesień", "marketing")
    assert answer["Location"] == address("template_edit", made, shop.language)
    page = client.get(answer["Location"]).content.decode()
    source = re.search(r'name="mjml" value="([^"]*)"', page)
    assert source
    assert "mj-block name=&quot;foot&quot;" in source[1]
    again = client.post("/templates/new/", {"name": "żółta JESIEŃ", "kind": "marketing"})
    assert again.status_code == 422


def test_a_marketing_template_has_a_topic_and_a_service_template_none(
    sign_in: SignIn, shop: Shop
) -> None:
    TopicFactory(key="tastings", names={"en": "Tastings", "pl": "Degustacje"})
    TopicFactory(key="old", names={"en": "Old"}, is_active=False)
    client = sign_in(Role.MARKETER)
    page = client.get("/templates/new/").content.decode()

    answers = [
        client.post("/templates/new/", {"name": kind, "kind": kind, "topic": topic})
        for kind, topic in (("marketing", "tastings"), ("service", ""), ("service", "tastings"))
    ]
    wrong = client.post("/templates/new/", {"name": "x", "kind": "marketing", "topic": "old"})

    assert "Tastings" in page
    assert "Old" not in page
    assert wrong.status_code == 422
    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assert "Nobody can leave a service mail, so it has no topic." in answers[2].content.decode()
    topics = dict(Template.objects.values_list("kind", "topic"))
    assert topics == {"marketing": "tastings", "service": ""}


def test_saving_the_source_makes_a_draft(sign_in: SignIn, template: Template) -> None:
    client = sign_in(Role.MARKETER)

    answer = client.post(address("template_edit", template), SENT, follow=True)

    version = TemplateVersion.objects.get()
    assert (version.language, version.subject, version.mjml) == ("pl", "News", LETTER)
    assert not version.is_frozen
    assert b"The draft is saved." in answer.content
    assert b"The mail holds the link to unsubscribe" in answer.content


def test_whoever_writes_the_source_goes_on_with_the_source(
    sign_in: SignIn, template: Template
) -> None:
    client = sign_in(Role.MARKETER)
    for name in ("template_edit", "template_publish", "template_test"):
        place = address(name, template) + "?as=source"

        saved = client.post(place, SENT)
        refused = client.post(place, {**SENT, "subject": ""})

        assert saved["Location"] == address("template_edit", template) + "?as=source"
        assert refused.status_code == 422
        assert 'textarea name="mjml"' in refused.content.decode()


def test_words_can_be_changed_without_the_source(sign_in: SignIn, template: Template) -> None:
    client = sign_in(Role.MARKETER)
    client.post(address("template_edit", template), SENT)
    page = client.get(address("template_edit", template)).content.decode()
    assert 'name="word-0" value="Hello {{ vocative }}"' in page

    client.post(
        address("template_edit", template),
        {**SENT, "word-0": "Witamy, {{ vocative }}", "word-1": "Raz\r\n\r\nDwa"},
    )

    mjml = TemplateVersion.objects.get().mjml
    assert "<mj-text mj-class='title'>Witamy, {{ vocative }}</mj-text>" in mjml
    assert "<mj-text><p>Raz</p><p>Dwa</p></mj-text>" in mjml
    assert FOOT in mjml


def test_what_is_wrong_is_said_at_its_field_with_its_line(
    sign_in: SignIn, template: Template
) -> None:
    wrong = {
        "subject": "{{ secret }}",
        "preheader": "x",
        "mjml": column("\n<mj-text><script>alert(1)</script></mj-text>"),
    }

    answer = sign_in(Role.MARKETER).post(address("template_edit", template), wrong)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "There is no field “secret”." in page
    assert "Line 2: “script” is not allowed in texts." in page
    assert "<script>alert(1)" not in page
    assert not TemplateVersion.objects.exists()


@pytest.mark.parametrize("nasty", ["\x00", "\ud800", "x" * 500_000, "{{" * 5000])
def test_nasty_values_are_refused_politely(sign_in: SignIn, template: Template, nasty: str) -> None:
    for field in SENT:
        for name in ("template_edit", "template_publish", "template_test", "template_preview"):
            value = nasty.encode("utf-8", "surrogatepass")
            answer = sign_in(Role.MARKETER).post(
                address(name, template), {**SENT, field: value.decode("utf-8", "replace")}
            )
            assert answer.status_code in {200, 302, 400, 413, 422}
    assert all("\x00" not in version.mjml for version in TemplateVersion.objects.all())


def test_publishing_saves_and_publishes(sign_in: SignIn, template: Template) -> None:
    client = sign_in(Role.MARKETER)

    client.post(address("template_publish", template), SENT)
    client.post(address("template_publish", template), {**SENT, "subject": "More news"})

    versions = TemplateVersion.objects.order_by("number")
    assert [version.subject for version in versions] == ["News", "More news"]
    assert all(version.published_at for version in versions)


def test_a_mail_that_nobody_can_leave_is_not_published(sign_in: SignIn, template: Template) -> None:
    answer = sign_in(Role.MARKETER).post(
        address("template_publish", template), {**SENT, "mjml": TEXT}, follow=True
    )

    assert TemplateVersion.objects.get().published_at is None
    assert b"the mail needs the link to unsubscribe" in answer.content
    assert b"The link to unsubscribe is missing in the mail" in answer.content


def test_a_draft_is_thrown_away_and_a_published_text_stays(
    sign_in: SignIn, template: Template
) -> None:
    client = sign_in(Role.MARKETER)
    published = TemplateVersionFactory(template=template, language="pl", published_at=NOON)
    TemplateVersionFactory(template=template, language="pl", number=2)

    for _time in range(2):
        client.post(address("template_discard", template))

    assert list(TemplateVersion.objects.all()) == [published]


def preview(client: Client, template: Template, **changes: str) -> Any:
    return client.post(address("template_preview", template), {**SENT, **changes})


def test_the_preview_shows_what_is_written_and_keeps_nothing(
    sign_in: SignIn, template: Template
) -> None:
    answer = preview(sign_in(Role.SUPPORT), template)

    assert "Hello Anno" in answer.content.decode()
    assert "@media not all" in answer.content.decode()
    assert {name: answer[name] for name in PREVIEW_HEADERS} == PREVIEW_HEADERS
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert not TemplateVersion.objects.exists()


def test_the_preview_can_be_dark_or_text_or_of_a_customer(
    sign_in: SignIn, template: Template
) -> None:
    kot = CustomerFactory(first_name="Zbigniew", last_name="Kot")
    index_customers([kot.pk])
    client = sign_in(Role.MARKETER)

    assert "@media all" in preview(client, template, look="dark").content.decode()
    text = preview(client, template, look="text")
    assert text["Content-Type"] == "text/plain; charset=utf-8"
    assert text.content.decode().startswith("News\n\nHello Anno\n\nNews")
    nobody = preview(client, template, customer="nobody").content.decode()
    assert nobody == "No customer fits “nobody”."
    his = preview(client, template, customer="kot").content.decode()
    assert "Hello Zbigniewie" in his


def test_the_preview_says_what_is_wrong(sign_in: SignIn, template: Template) -> None:
    answer = preview(sign_in(Role.MARKETER), template, subject="{{ x }}", mjml="<mjml>")

    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert "There is no field “x”." in answer.content.decode()
    assert "Line 1: “mjml” is opened here and never closed." in answer.content.decode()


def test_a_test_goes_to_the_writer_alone(
    sign_in: SignIn, template: Template, cast: dict[str, User]
) -> None:
    User.objects.filter(pk=cast[Role.MARKETER].pk).update(email="me@shop.pl")
    client = sign_in(Role.MARKETER)

    answer = client.post(address("template_test", template), SENT, follow=True)

    message = Message.objects.get()
    assert (message.address, message.customer_id, message.state) == ("me@shop.pl", None, "queued")
    assert message.context["vocative"] == "Anno"
    assert message.template_version is not None
    assert message.template_version.used_at is not None
    assert message.steps.count() == 1
    assert "A test is on its way to me@shop.pl." in answer.content.decode()


def test_without_an_own_address_no_test_goes_out(sign_in: SignIn, template: Template) -> None:
    answer = sign_in(Role.MARKETER).post(address("template_test", template), SENT, follow=True)

    assert not Message.objects.exists()
    assert b"Give your e-mail address in your preferences first." in answer.content


def test_a_template_shows_its_languages_side_by_side(sign_in: SignIn, shop: Shop) -> None:
    add_default_templates()
    welcome = Template.objects.get(key="welcome")

    page = sign_in(Role.SUPPORT).get(f"/templates/{welcome.pk}/").content.decode()

    assert page.count("<iframe") == 4
    assert page.count("sandbox") == 4
    assert "Rename" not in page


def test_versions_can_be_read_and_taken_again(sign_in: SignIn, template: Template) -> None:
    client = sign_in(Role.MARKETER)
    for subject in ("First", "Second"):
        client.post(address("template_publish", template), {**SENT, "subject": subject})
    first = TemplateVersion.objects.get(number=1)

    page = client.get(reverse("messaging:version", args=[first.pk])).content.decode()
    shown = client.get(reverse("messaging:version_preview", args=[first.pk]))
    client.post(reverse("messaging:version_reuse", args=[first.pk]))

    assert "First" in page
    assert "Hello Anno" in shown.content.decode()
    assert [(row.number, row.subject) for row in TemplateVersion.objects.order_by("number")] == [
        (1, "First"),
        (2, "Second"),
        (3, "First"),
    ]


def test_templates_are_renamed_put_away_and_taken_out(sign_in: SignIn, template: Template) -> None:
    client = sign_in(Role.MARKETER)
    page = f"/templates/{template.pk}/"

    assert client.post(page, {"name": "Summer letter"}).status_code == 302
    assert client.post(page, {"name": " "}).status_code == 422
    client.post(f"{page}archive/")
    template.refresh_from_db()
    assert (template.name, template.archived_at is None) == ("Summer letter", False)
    client.post(f"{page}restoration/")
    template.refresh_from_db()
    assert template.archived_at is None


@pytest.mark.parametrize("language", ["xx", "versions", "de"])
def test_other_languages_are_not_there(sign_in: SignIn, template: Template, language: str) -> None:
    client = sign_in(Role.MARKETER)

    assert client.get(address("template_edit", template, language)).status_code == 404
    assert client.post(address("template_preview", template, language), SENT).status_code == 404
    assert not TemplateVersion.objects.exists()


def test_support_reads_and_changes_nothing(sign_in: SignIn, template: Template) -> None:
    client = sign_in(Role.SUPPORT)

    assert client.get(address("template_edit", template)).status_code == 200
    for name in ("template_edit", "template_publish", "template_discard", "template_test"):
        assert client.post(address(name, template), SENT).status_code == 403
    assert not TemplateVersion.objects.exists()


def test_a_test_mail_goes_out_by_the_outbox_like_any_other(
    sign_in: SignIn, template: Template, cast: dict[str, User]
) -> None:
    User.objects.filter(pk=cast[Role.MARKETER].pk).update(email="me@shop.pl")
    sign_in(Role.MARKETER).post(address("template_test", template), SENT)
    message = Message.objects.select_related("template_version", "sender").get()

    decision = decide([message], clock.now())[message.pk]
    parcel = Writer(message.sender, [message]).write(message, clock.now())

    assert decision.state == "claimed"
    assert parcel.letter.recipient == "me@shop.pl"
    assert parcel.letter.subject == "News"
    assert "Hello Anno" in parcel.letter.text
    assert "https://example.com/unsubscribe" in parcel.letter.text


def test_two_tabs_do_not_overwrite_each_other_in_silence(
    sign_in: SignIn, template: Template
) -> None:
    client, place = sign_in(Role.MARKETER), address("template_edit", template)
    client.post(place, SENT)
    found = re.search(r'name="opened" value="([^"]+)"', client.get(place).content.decode())
    assert found
    client.post(place, SENT | {"subject": "Other", "opened": found[1]})

    for route in ("template_edit", "template_publish", "template_test"):
        late = SENT | {"subject": "Mine", "opened": found[1]}
        answer = client.post(address(route, template), late)

        assert answer.status_code == 409
        assert 'value="Mine"' in answer.content.decode()
        assert TemplateVersion.objects.get().subject == "Other"
    renewed = re.search(r'name="opened" value="([^"]+)"', answer.content.decode())
    assert renewed
    assert renewed[1] != found[1]
    client.post(place, SENT | {"subject": "Mine", "opened": renewed[1]})
    assert TemplateVersion.objects.get().subject == "Mine"
