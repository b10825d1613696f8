"""Mails taken apart, however broken they are."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.text import is_storable
from messaging.rules.incoming_mail import content_key, ids_in, parse
from messaging.rules.mail_quotes import shown_text
from messaging.rules.mail_safety import with_images

HEAD = b"From: Anna <anna@example.pl>\r\nMessage-ID: <a@b>\r\n"


def body(raw):
    return parse(HEAD + raw).text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Subject: Za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87", "Zażółć"),
        (b"Subject: =?utf-8?q?Za=C5=BC=C3=B3=C5=82=C4=87?=", "Zażółć"),
        (b"Subject: =?UTF-8?B?WmHFvMOzxYLEhw==?=", "Zażółć"),
        (b"Subject: =?iso-8859-2?Q?Za=BF=F3=B3=E6?=", "Zażółć"),
        (b"Subject: =?windows-1250*pl?Q?Za=BF=F3=B3=E6?=", "Zażółć"),
        (b"Subject: =?utf-8?q?Za=C5?=\r\n =?utf-8?q?=BC?= ok", "Zaż ok"),
        (b"Subject: =?utf-8?q?a?= =?utf-8?q?b?= c", "ab c"),
        (b"Subject: =?klingon?q?abc=FF?=", "abcÿ"),
        (b"Subject: =?utf-8?b?!!!?=", ""),
        (b"Subject: =?utf-8?b?YWI?=", "ab"),
        (b"Subject: =?utf-8?q?broken", "=?utf-8?q?broken"),
        (b"Subject: two\r\n lines", "two lines"),
        (b"Subject: a\x00b\x07c", "ab c"),
        (b"Subject: =?utf-8?q?=E2=80=AEevil?=", "evil"),
        (b"Subject: =?utf-8?q?a=0D=0ABcc:_x@y?=", "a Bcc: x@y"),
        (b"subject:", ""),
        (b"X: y", ""),
    ],
)
def test_subjects(raw, expected):
    assert parse(HEAD + raw + b"\r\n\r\nx").subject == expected


@pytest.mark.parametrize(
    ("charset", "data", "expected"),
    [
        ("utf-8", "żółć".encode(), "żółć"),
        ("iso-8859-2", b"\xbf\xf3\xb3\xe6", "żółć"),
        ("windows-1250", b"\xbf\xf3\xb3\xe6", "żółć"),
        ("utf-16", "żółć".encode("utf-16"), "żółć"),
        ("iso-8859-1", b"\x93ok\x94", "“ok”"),
        ("us-ascii", "żółć".encode(), "żółć"),
        ("unknown", b"caf\xe9", "café"),
        ("idna", b"abc", "abc"),
        ("zlib", b"abc", "abc"),
        ("unicode_escape", rb"\x00", r"\x00"),
        ("utf-8", b"a\x00\xed\xa0\x80", "aí\xa0€"),
    ],
)
def test_charsets(charset, data, expected):
    raw = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64"

    assert body(raw.encode() + b"\r\n\r\n" + base64.b64encode(data)) == expected


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('filename="bill.pdf"', "bill.pdf"),
        ("filename*=utf-8''%C5%BC%C3%B3%C5%82w.pdf", "żółw.pdf"),
        ("filename*0*=utf-8''%C5%BC; filename*1=olw.pdf", "żolw.pdf"),
        ('filename="=?utf-8?q?=C5=BC=C3=B3=C5=82w.pdf?="', "żółw.pdf"),
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\x\\\\a.exe"', "a.exe"),
        ('filename="nul.txt"', "_nul.txt"),
        ('filename="..."', "attachment"),
        ('filename="a\tb:c?.txt"', "a bc.txt"),
        (f'filename="{"x" * 300}.pdf"', f"{'x' * 146}.pdf"),
        ("filename*=klingon''%FF%00", "ÿ"),
        ("x=y", "attachment"),
    ],
)
def test_names_of_files(header, name):
    part = f"Content-Type: application/pdf\r\nContent-Disposition: attachment; {header}\r\n\r\nx"

    assert [file.name for file in parse(HEAD + part.encode()).files] == [name]


def test_parts_within_parts():
    raw = (
        b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n'
        b'--m\r\nContent-Type: multipart/alternative; boundary="a"\r\n\r\n'
        b"--a\r\nContent-Type: text/plain\r\n\r\nplain\r\n"
        b"--a\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--a--\r\n"
        b"--m\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner text\r\n"
        b"--m\r\nContent-Type: image/png\r\nContent-ID: <logo@x>\r\n\r\nPNG\r\n"
        b"--m\r\nContent-Type: text/plain; name=notes.txt\r\n\r\nnotes\r\n--m--\r\n"
    )

    mail = parse(HEAD + raw)

    assert (mail.text, mail.html.html.strip()) == ("plain", "<p>rich</p>")
    assert [(file.name, file.media_type, file.content_id) for file in mail.files] == [
        ("message.eml", "message/rfc822", ""),
        ("attachment", "image/png", "logo@x"),
        ("notes.txt", "text/plain", ""),
    ]
    assert b"inner text" in mail.files[0].content


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (b"Sat, 21 Nov 2026 10:00:00 +0100", datetime(2026, 11, 21, 9, 0, tzinfo=UTC)),
        (b"21 Nov 26 10:00 -0000", datetime(2026, 11, 21, 10, 0, tzinfo=UTC)),
        (b"Sat, 21 Nov 2026 10:00:00 CET", datetime(2026, 11, 21, 10, 0, tzinfo=UTC)),
        (b"Fri, 31 Dec 9999 23:59:59 -1200", None),
        (b"0001-01-01", None),
        (b"99999999999999999999", None),
        (b"", None),
    ],
)
def test_dates(date, expected):
    assert parse(HEAD + b"Date: " + date + b"\r\n\r\nx").sent_at == expected


def test_ten_thousand_headers_and_a_body():
    raw = b"".join(b"X-%d: y\r\n" % number for number in range(10_000))

    mail = parse(raw + HEAD + b"\r\nhello")

    assert (mail.sender, mail.text) == ("anna@example.pl", "hello")


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(999)
        ),
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 2_000,
        b"\n" + b"\n" * 4_000_001,
    ],
    ids=["deep", "wide", "lines"],
)
def test_what_would_take_too_long_is_read_by_its_head(raw):
    mail = parse(b"From: anna@example.pl\n" + raw)

    assert (mail.sender, mail.is_whole) == ("anna@example.pl", False)


def test_tangled_html_is_shown_as_text():
    mail = parse(HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 5_000 + b"hello &amp; bye")

    assert mail.html.html == "<p>hello &amp; bye</p>"
    assert mail.text == "hello & bye"


@given(st.binary(max_size=400))
@example(b"From: =?=?=?\nContent-Type: multipart/mixed; boundary=\n\n--\n")
@example(b"Content-Type: text/html; charset*=''\n\n<img src=x onerror=y>")
@example(b"Content-Type: x/y; name*0*=''%; name*1=\nContent-Disposition: ;;\n\n")
@example(b"References: <\xff@b> <a@b>\nMessage-ID: <<a>>\nDate: Mon, 99 Foo -1 99:99 +9999\n\n")
def test_no_bytes_break_it(raw):
    for mail in (parse(raw), parse(HEAD + raw), parse(b"Content-Type: multipart/mixed;" + raw)):
        texts = [mail.subject, mail.text, mail.html.html, mail.sender_name, mail.recipients]
        texts += [mail.sender, mail.message_id, *mail.answers, *mail.references]
        texts += [name for file in mail.files for name in (file.name, file.content_id)]

        assert all(is_storable(text) for text in texts)
        assert len(content_key(mail, raw)) == 64
        assert len(mail.sender) <= 254
        shown_text(mail.text)


WORDS = (
    "From Subject Date Content-Type Content-Disposition Content-ID Message-ID To"
    " Content-Transfer-Encoding In-Reply-To References MIME-Version"
)
NAMES = st.sampled_from(WORDS.split())
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        (
            *("multipart/mixed; boundary=b", "text/html", "base64", "quoted-printable", "8bit"),
            *("message/rfc822", 'attachment; filename="x"', "text/plain; charset=utf-7", "<a@b>"),
            *("message/delivery-status", "multipart/digest; boundary=b", "x-uuencode"),
        )
    ),
)


@settings(max_examples=60)
@given(st.lists(st.tuples(NAMES, VALUES), max_size=6), st.lists(st.text(max_size=40), max_size=4))
def test_no_headers_break_it(headers, parts):
    lines = [f"{name}: {value}" for name, value in headers]
    text = "\n".join(lines) + "\n\n" + "".join(f"--b\n\n{part}\n" for part in parts) + "--b--"
    raw = text.encode("utf-8", "surrogatepass")

    mail = parse(raw)

    assert is_storable(mail.text + mail.html.html + mail.subject)


def test_the_key_does_not_depend_on_how_a_mail_travelled():
    plain = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\nza\xc5\xbc\r\n"
    encoded = (
        b"Received: from x\r\n" + HEAD + b"Content-Type: text/plain; charset=iso-8859-2\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\nza=BF\r\n\r\n"
    )

    keys = {content_key(parse(raw), raw) for raw in (plain, encoded, plain.replace(b"\r", b""))}

    assert len(keys) == 1


@pytest.mark.parametrize("change", [b"a@b", b"Anna <anna@example.pl>", b"za\xc5\xbc"])
def test_the_key_depends_on_what_it_says(change):
    raw = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\nza\xc5\xbc\r\n"
    other = raw.replace(change, b"x@y")

    assert content_key(parse(raw), raw) != content_key(parse(other), other)


def test_ids():
    assert ids_in("<a@b> junk <c@d><a@b> <e f> <>") == ["<a@b>", "<c@d>"]


def test_images_are_shown_where_the_reader_asks():
    page = parse(
        HEAD + b"Content-Type: text/html\r\n\r\n"
        b'<img src="http://x/a?b&amp;c"><img src=cid:logo><img src="data:image/png;base64,A">'
        b'<img src="//x/y"><img src="file:///etc/passwd">text data-remote="http://z"'
    ).html

    assert page.has_remote_images
    assert "src=" not in page.html
    own = with_images(page.html, files={"logo": "/f/1"}, remote=False)
    assert own.count("src=") == 1
    assert '<img src="/f/1">' in own
    shown = with_images(page.html, files={}, remote=True)
    assert '<img src="http://x/a?b&amp;c">' in shown
    assert shown.count("src=") == 1
    assert 'text data-remote="http://z"' in shown


def test_mails_without_id_and_date_are_told_apart_by_all_that_came():
    first = b"Received: from a; Fri, 20 Nov 2026 11:30:00 +0100\r\nFrom: a@example.pl\r\n\r\nYes"
    second = first.replace(b"11:30:00", b"12:30:00")

    keys = [content_key(parse(raw), raw) for raw in (first, second, first.replace(b"\r", b""))]

    assert keys[0] != keys[1]
    assert keys[0] == keys[2]
