"""What strangers laid out and attached: shown in a frame that can do nothing, saved as bytes."""

import re

import pytest

from core.middleware.headers import headers_for
from messaging import mail_storage
from messaging.rules.mail_safety import cleaned
from tests.factories.customers import CustomerFactory
from tests.factories.inbox import IncomingMailFactory, attach

pytestmark = pytest.mark.django_db
REMOTE = '<p>Hello</p><img src="https://track.example/pixel.png" width="1">'

FORBIDDEN = ["<script", "onerror=", "javascript:", "<form", "<iframe", "<meta", "<base", "<svg"]


def mail_with(html, **values):
    safe = cleaned(html)
    return IncomingMailFactory(html=safe.html, has_remote_images=safe.has_remote_images, **values)


def rules(answer):
    policy = answer["Content-Security-Policy"]
    return dict((rule.strip() + " ").split(" ", 1) for rule in policy.split(";"))


def test_a_frame_loads_nothing_from_elsewhere(sign_in):
    mail = mail_with(REMOTE)

    answer = sign_in("support").get(f"/mail-incoming/{mail.pk}/")

    shown = answer.content.decode()
    assert "<p>Hello</p>" in shown
    assert " src=" not in shown
    assert {name: rules(answer)[name].strip() for name in ("default-src", "img-src")} == {
        "default-src": "'none'",
        "img-src": "data:",
    }
    assert rules(answer).keys() == {
        "default-src",
        "style-src",
        "img-src",
        "form-action",
        "base-uri",
        "frame-ancestors",
        "sandbox",
    }
    assert (answer["Referrer-Policy"], answer["X-Content-Type-Options"]) == (
        "no-referrer",
        "nosniff",
    )


def test_pictures_from_elsewhere_come_only_for_whoever_asks_each_time(sign_in):
    mail = mail_with(REMOTE)
    client = sign_in("support")
    address = f"/mail-incoming/pictures/{mail.pk}/"

    asked = client.post(address)

    assert 'src="https://track.example/pixel.png"' in asked.content.decode()
    assert rules(asked)["img-src"].strip() == "data: https:"
    assert rules(asked)["sandbox"].strip() == ""
    assert client.get(address).status_code == 405
    assert " src=" not in client.get(f"/mail-incoming/{mail.pk}/").content.decode()


def test_other_pages_keep_their_own_policy():
    usual = headers_for("/inbox/1/")["Content-Security-Policy"]

    assert "unsafe-inline" not in usual
    assert "https:" not in usual
    assert headers_for("/inbox/mail-incoming/")["Content-Security-Policy"] == usual
    assert headers_for("/mail-incoming/1/")["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_page_frames_the_mail_and_offers_its_pictures(sign_in):
    client = sign_in("support")
    with_pictures, without = mail_with(REMOTE), mail_with("<p>Hello</p>")

    shown = client.get(f"/inbox/{with_pictures.pk}/?view=html").content.decode()
    bare = client.get(f"/inbox/{without.pk}/?view=html").content.decode()

    frame = re.search(r"<iframe[^>]*>", shown)
    assert frame
    assert ' sandbox src="/mail-incoming/' in frame.group()
    assert "Show them this once" in shown
    assert "Show them this once" not in bare


def test_a_mail_without_a_layout_is_never_framed(sign_in):
    mail = IncomingMailFactory()

    assert "<iframe" not in sign_in("support").get(f"/inbox/{mail.pk}/?view=html").content.decode()


def test_pictures_that_a_mail_brought_are_part_of_it(sign_in):
    mail = mail_with('<img src="cid:logo@x"><img src="cid:vector"><img src="cid:nothing">')
    attach(mail, media_type="image/png", content=b"\x89PNG", content_id="logo@x")
    attach(mail, media_type="image/svg+xml", content=b"<svg/>", content_id="vector")
    attach(mail, media_type="image/png", fault="too_large", content_id="nothing")

    shown = sign_in("support").get(f"/mail-incoming/{mail.pk}/").content.decode()

    assert shown.count(" src=") == 1
    assert 'src="data:image/png;base64,iVBORw=="' in shown


def test_too_many_pictures_stay_out(sign_in, monkeypatch):
    monkeypatch.setattr("messaging.incoming_html.MOST_BYTES", 10)
    mail = mail_with('<img src="cid:one"><img src="cid:two">')
    for name in ("one", "two"):
        attach(mail, media_type="image/png", content=b"x" * 6, content_id=name)

    shown = sign_in("support").get(f"/mail-incoming/{mail.pk}/").content.decode()

    assert shown.count(" src=") == 1


@pytest.mark.parametrize(
    "nasty",
    [
        "<script>zq()</script>",
        '<img src="x" onerror="zq()">',
        '<a href="javascript:zq()">x</a>',
        '<form action="https://evil.example"><input name="zq"></form>',
        '<iframe src="https://evil.example"></iframe>',
        '<meta http-equiv="refresh" content="0;url=https://evil.example">',
        '<base href="https://evil.example">',
        '<style>body{background:url("https://evil.example/zq")}</style>',
        '<p style="background:url(https://evil.example/zq)">x</p>',
        '<img alt=\'"><script>zq()</script>\' src="https://a.example/b">',
        '<svg><image href="https://evil.example/zq"/></svg>',
        "</body></html><script>zq()</script>",
    ],
)
@pytest.mark.parametrize("with_pictures", [False, True])
def test_nothing_in_a_mail_acts(sign_in, nasty, with_pictures):
    mail = mail_with(nasty)
    client = sign_in("support")

    if with_pictures:
        answer = client.post(f"/mail-incoming/pictures/{mail.pk}/")
    else:
        answer = client.get(f"/mail-incoming/{mail.pk}/")

    shown = answer.content.decode().partition("<body>")[2]
    for word in (
        "<script",
        "onerror=",
        "javascript:",
        "<form",
        "<iframe",
        "<meta",
        "<base",
        "<svg",
    ):
        assert word not in shown.replace("&lt;", "")


@pytest.mark.parametrize(
    ("name", "media_type", "sent_as"),
    [
        ("cup.jpg", "image/jpeg", "image/jpeg"),
        ("invoice.pdf", "application/pdf", "application/pdf"),
        ("page.html", "text/html", "application/octet-stream"),
        ("drawing.svg", "image/svg+xml", "application/octet-stream"),
        ("x.js", "text/javascript", "application/octet-stream"),
        ("x.xml", "application/xhtml+xml", "application/octet-stream"),
        ("x", "nonsense", "application/octet-stream"),
    ],
)
def test_a_file_is_saved_never_opened(sign_in, name, media_type, sent_as):
    mail = IncomingMailFactory()
    attach(mail, name=name, media_type=media_type, content=b"<b>bytes</b>")

    answer = sign_in("support").get(f"/mail-incoming/{mail.pk}/files/0/")

    assert answer.getvalue() == b"<b>bytes</b>"
    assert answer["Content-Type"] == sent_as
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["żółć.pdf", 'a"; filename="b.exe', "a\r\nX-Evil: 1"])
def test_a_name_stays_a_name(sign_in, name):
    mail = IncomingMailFactory()
    attach(mail, name=name)

    answer = sign_in("support").get(f"/mail-incoming/{mail.pk}/files/0/")

    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert "X-Evil" not in answer.headers
    assert "\n" not in answer["Content-Disposition"]


def test_files_that_were_refused_or_are_gone_are_not_there(sign_in):
    mail = IncomingMailFactory()
    attach(mail, fault="too_large")
    mail_storage.remove([attach(mail).path])
    client = sign_in("support")

    assert [client.get(f"/mail-incoming/{mail.pk}/files/{n}/").status_code for n in (0, 1, 2)] == [
        404,
        404,
        404,
    ]
    assert "Too large" in client.get(f"/inbox/{mail.pk}/").content.decode()


def test_what_a_person_may_not_see_looks_as_if_it_never_was(sign_in, monkeypatch):
    hidden = CustomerFactory()
    mail = mail_with(
        REMOTE, place="matched", matched_by="proof", reason="", customer=hidden, subject="zq"
    )
    attach(mail)
    client = sign_in("support")
    sees_nobody = "customers.querysets.CustomerQuerySet.visible_to"
    monkeypatch.setattr(sees_nobody, lambda rows, _user: rows.none())

    for address in (
        f"/inbox/{mail.pk}/",
        f"/mail-incoming/{mail.pk}/",
        f"/mail-incoming/{mail.pk}/files/0/",
    ):
        assert client.get(address).status_code == 404, address
    for verb in ("customer", "aside", "back", "new-customer", "rule"):
        assert client.post(f"/inbox/{mail.pk}/{verb}/").status_code == 404, verb
