"""What reaches the product before any view: bodies, content types, cookies and headers that no
browser of a good person sends."""

import pytest

from accounts.models import Branch, Role
from tests.hostile import nasty
from tests.hostile.forms import FORMS, body, poster
from tests.hostile.nasty import encoded
from tests.hostile.world import FORM, World, send, untouched

pytestmark = pytest.mark.django_db
BOUNDARY = "multipart/form-data; boundary=zq"
KINDS = {
    "json": ("application/json", b'{"name": "x"}'),
    "deep json": ("application/json", b"[" * 100_000),
    "text": ("text/plain", b"name=x"),
    "xml": ("application/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    "bytes": ("application/octet-stream", bytes(range(256))),
    "no kind": ("", b"name=x"),
    "odd kind": ("a/b; charset=\xff", b"name=x"),
}
BODIES = {
    "no boundary": ("multipart/form-data", b"--zq\r\n"),
    "no name": (BOUNDARY, b"--zq\r\nContent-Disposition: form-data\r\n\r\nx\r\n--zq--\r\n"),
    "nul name": (
        BOUNDARY,
        b'--zq\r\nContent-Disposition: form-data; name="na\x00me"\r\n\r\nx\r\n--zq--\r\n',
    ),
    "long header": (
        BOUNDARY,
        b'--zq\r\nContent-Disposition: form-data; name="' + b"n" * 70_000 + b'"\r\n\r\nx\r\n--zq--',
    ),
    "base64": (
        BOUNDARY,
        b'--zq\r\nContent-Disposition: form-data; name="name"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--zq--\r\n",
    ),
    "other charset": (f"{FORM}; charset=utf-7", b"name=+ADw-script+AD4-"),
    "many fields": (FORM, b"&".join(b"f%d=1" % n for n in range(501))),
    "three megabytes": (FORM, b"name=" + b"x" * 3_000_000),
    "no pairs": (FORM, b"&&&&=&=&;"),
    "percent": (FORM, b"na%me=%&%zz=%u1234"),
}
COOKIES = {
    "nul": '"\\000aaaaaaaaaaaaaaaa"',
    "octal": '"\\377\\377\\377aaaaaaaa"',
    "long": "a" * 5_000,
    "path": "../../../../etc/passwd",
    "quote": "' OR 1=1; --",
    "empty": "",
    "letters": "Zażółć".encode().decode("latin-1"),
    "half": '"abc',
    "script": "<script>zq()</script>",
}
REFUSED = {400, 403, 404, 413, 415, 422}


@pytest.mark.parametrize("value", nasty.BROKEN.values(), ids=nasty.BROKEN)
def test_bytes_that_are_no_text_are_refused_in_a_form(world: World, value: bytes) -> None:
    """Kept as a question mark they would be lost without a word."""
    answers = {}
    for name in FORMS:
        pairs = [*body(world, name), ("zq", value)]
        answers[name] = world.post(poster(name), world.address(name), pairs).status_code

    assert answers == dict.fromkeys(FORMS, 400)


@pytest.mark.parametrize(("kind", "content"), KINDS.values(), ids=KINDS)
def test_what_is_no_form_is_refused(world: World, kind: str, content: bytes) -> None:
    answers = {}
    for name in FORMS:
        answer = world.send(
            poster(name), "POST", world.address(name), data=content, content_type=kind
        )
        answers[name] = answer.status_code

    assert answers == dict.fromkeys(FORMS, 415)


@pytest.mark.parametrize(("kind", "content"), BODIES.values(), ids=BODIES)
def test_a_broken_form_is_refused_and_changes_nothing(
    world: World, kind: str, content: bytes
) -> None:
    with untouched():
        client, address = world.clients[Role.ADMIN], world.address("accounts:branches")
        answer = send(client, "POST", address, data=content, content_type=kind)
        names = list(Branch.objects.values_list("name", flat=True))

    assert answer.status_code in REFUSED or kind == BOUNDARY
    assert answer.status_code != 302
    assert names == ["Old Town"]


def test_a_form_that_is_too_large_is_told_so(world: World) -> None:
    kind, content = BODIES["three megabytes"]

    answer = world.send(
        Role.ADMIN, "POST", world.address("accounts:branches"), data=content, content_type=kind
    )

    assert answer.status_code == 413


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "django_language", "messages", "rail"])
def test_odd_cookies_are_nobodys(world: World, name: str) -> None:
    wrong = []
    for label, value in COOKIES.items():
        for address in ("/sign-in/", "/day/"):
            header = {"HTTP_COOKIE": f"{name}={value}"}
            answer = world.clients[None].generic("GET", address, **header)
            if answer.status_code not in {200, 302, 400}:
                wrong.append((label, address, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize(
    "name",
    ["Accept-Language", "User-Agent", "Referer", "Accept", "HX-Target", "HX-Current-URL"],
)
def test_odd_headers_are_no_news(world: World, name: str) -> None:
    odd = ["\x00", "x" * 9_000, "' OR 1=1", "a;q=z, *;q=9", "http://[", "%ff%fe", "żółć", "\t"]
    headers = {"HX-Request": "true"}
    for value in odd:
        for address in ("/day/", "/retention/freshness/"):
            answer = world.get(Role.ADMIN, address, **headers, **{name: value})

            assert answer.status_code in {200, 302, 400}, (address, value[:20])


@pytest.mark.parametrize("host", ["", "a b", "evil.example\r\nX: y", "[::1", "a" * 300, "a/b", "ż"])
def test_an_odd_host_is_refused_or_ignored(world: World, host: str) -> None:
    for address in ("/sign-in/", "/day/", "/health/"):
        answer = world.get(Role.ADMIN, address, Host=host)

        assert answer.status_code in {200, 302, 400}
        assert b"evil" not in answer.whole


@pytest.mark.parametrize(
    "path",
    [
        *("/%00/", "/%ff/", "/..%2f..%2fetc/passwd", "/static/../crm/settings.py", "//day/"),
        *("/static/%2e%2e/crm/settings.py", "/static/..%5csettings.py", "/customers/1;x/"),
        *("/%0d%0aX: y", "/" + "a" * 5_000, "/customers/%D9%A1/", "/\u202e/", "/.env", "/admin/"),
        "/var/secret_key",
    ],
)
def test_odd_paths_lead_nowhere(world: World, path: str) -> None:
    for role in (None, Role.ADMIN):
        answer = world.get(role, path)

        assert answer.status_code in {301, 302, 400, 404}
        assert b"SECRET_KEY" not in answer.whole
        if answer.status_code in {301, 302}:
            assert answer["Location"].startswith("/")
            assert not answer["Location"].startswith("//")


def test_a_form_with_every_field_twice_counts_once(world: World) -> None:
    pairs = body(world, "customers:follow_up_new")

    answer = world.send(
        Role.ADMIN,
        "POST",
        world.address("customers:follow_up_new"),
        data=encoded([*pairs, *pairs]),
        content_type=FORM,
    )

    assert answer.status_code == 302


@pytest.mark.parametrize("name", FORMS)
def test_an_empty_form_is_no_success(world: World, name: str) -> None:
    answer = world.post(poster(name), world.address(name), [("csrfmiddlewaretoken", "x")])

    settled = {"customers:draft", "customers:follow_up_done", "accounts:appearance"}
    settled |= {"messaging:inbox_aside", "messaging:inbox_back"}
    asked_again = {"customers:filter", "customers:segment_new", "customers:segment_edit"}
    put_back = {"customers:follow_up_snooze", "customers:edit", "accounts:preferences"}
    expected = {302} if name in settled | put_back else {200} if name in asked_again else REFUSED
    assert answer.status_code in expected | REFUSED


def test_raw_bytes_in_an_address_are_refused_too(world: World) -> None:
    """Not every sender writes percent signs."""
    answer = world.clients[None].generic("GET", "/sign-in/", QUERY_STRING="q=\xff\xfe")

    assert answer.status_code == 400
