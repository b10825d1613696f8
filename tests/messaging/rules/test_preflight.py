"""The checks before a mail goes out: what is good, what is wrong, what could not be checked."""

from typing import Any

import pytest

from messaging.rules import mail_dns
from messaging.rules.preflight import Finding, Mail, State, blocks_publishing, findings

LEAVE = '<a href="{{ unsubscribe_url }}">Leave</a>'


def checked(**changes: Any) -> dict[str, State]:
    parts = {
        "subject": "Hello {{ first_name }}",
        "preheader": "News",
        "html": f"<p>Hello</p>{LEAVE}",
        "text": "Hello\n\nLeave: {{ unsubscribe_url }}",
        "needs_leaving": True,
    }
    return {found.code: found.state for found in findings(Mail(**(parts | changes)))}


def test_a_good_mail_passes_every_check() -> None:
    assert set(checked().values()) == {State.OK}


@pytest.mark.parametrize(
    ("changes", "code", "state"),
    [
        ({"subject": "x" * 61}, "subject_length", State.ADVICE),
        ({"subject": "x" * 60 + "{{ first_name }}"}, "subject_length", State.OK),
        ({"preheader": " "}, "preheader", State.ADVICE),
        ({"html": "<p>Hello</p>"}, "leaving_html", State.WRONG),
        ({"html": "<p>{{ unsubscribe_url }}</p>"}, "leaving_html", State.WRONG),
        ({"text": "Hello"}, "leaving_text", State.WRONG),
        ({"text": "{% if x %}{% endif %}"}, "text_part", State.WRONG),
        ({"html": f'{LEAVE}<a href="https://example.com/x">a</a>'}, "example_link", State.WRONG),
        ({"html": f'{LEAVE}<a href="http://shop.pl/x">a</a>'}, "plain_http", State.ADVICE),
        ({"html": f'{LEAVE}<img src="https://a.pl/x.png">'}, "picture_words", State.ADVICE),
        ({"html": f'{LEAVE}<img alt="" src="https://a.pl">'}, "picture_words", State.ADVICE),
        ({"html": LEAVE + "x" * 70_001}, "size", State.ADVICE),
        ({"html": LEAVE + "x" * 100_001}, "size", State.WRONG),
    ],
)
def test_what_is_not_good_is_found(changes: dict[str, Any], code: str, state: State) -> None:
    assert checked(**changes)[code] is state


@pytest.mark.parametrize(
    "around",
    [
        "{{% if vip %}}{}{{% endif %}}",
        "{{%- unless vip -%}}{}{{%- endunless -%}}",
        "{{% case city %}}{{% when 'Brno' %}}{}{{% endcase %}}",
        "{{% for item in items %}}{}{{% endfor %}}",
        "{{% if a %}}{{% if b %}}x{{% endif %}}{}{{% endif %}}",
        "{{% if a %}}x{{% else %}}{}{{% endif %}}",
        "{{% comment %}}{}{{% endcomment %}}",
    ],
)
def test_a_way_out_under_a_condition_is_none(around: str) -> None:
    found = checked(html=f"<p>Hello</p>{around.format(LEAVE)}")
    text = checked(text=f"Hello {around.format('{{ unsubscribe_url }}')}")

    assert found["leaving_html_maybe"] is State.WRONG
    assert "leaving_html" not in found
    assert text["leaving_text_maybe"] is State.WRONG
    assert blocks_publishing([Finding("leaving_html_maybe", State.WRONG)])


def test_a_way_out_beside_conditions_counts() -> None:
    conditions = "{% if a %}{% if b %}x{% endif %}{% endif %}"

    assert checked(html=f"{conditions}{LEAVE}{conditions}")["leaving_html"] is State.OK
    assert checked(html=f"{{% if a %}}{LEAVE}{{% endif %}}{LEAVE}")["leaving_html"] is State.OK


def test_a_way_out_in_a_comment_is_none() -> None:
    assert checked(html=f"<p>Hello</p><!-- {LEAVE} -->")["leaving_html"] is State.WRONG


def test_service_mails_need_no_way_out() -> None:
    found = checked(html="<p>Hello</p>", text="Hello", needs_leaving=False)

    assert not {"leaving_html", "leaving_text"} & set(found)


def test_only_what_would_trap_people_stops_publishing() -> None:
    def blocks(code: str, state: State) -> bool:
        return blocks_publishing([Finding(code, state)])

    assert blocks("leaving_html", State.WRONG)
    assert blocks("text_part", State.WRONG)
    assert not blocks("leaving_html", State.OK)
    assert not blocks("example_link", State.WRONG)


@pytest.mark.parametrize(
    ("records", "code", "state"),
    [
        (["v=spf1 include:mail.pl -all"], "spf", State.OK),
        (["other", "V=SPF1 mx ~all"], "spf", State.OK),
        ([], "spf_missing", State.WRONG),
        (["v=spf10 -all"], "spf_missing", State.WRONG),
        (["v=spf1 -all", "v=spf1 ~all"], "spf_twice", State.WRONG),
        (["v=spf1 +all"], "spf_open", State.WRONG),
        (["v=spf1 all"], "spf_open", State.WRONG),
        (None, "spf_unknown", State.UNKNOWN),
    ],
)
def test_spf_records(records: list[str] | None, code: str, state: State) -> None:
    found = mail_dns.spf(records, "a.pl")

    assert (found.code, found.state, found.values) == (code, state, {"domain": "a.pl"})


@pytest.mark.parametrize(
    ("records", "selector", "code"),
    [
        (["v=DKIM1; k=rsa; p=MIG fMA"], "s1", "dkim"),
        (["p=MIGf"], "s1", "dkim"),
        (["v=DKIM1; p="], "s1", "dkim_revoked"),
        (["v=DKIM2; p=MIG"], "s1", "dkim_missing"),
        ([], "s1", "dkim_missing"),
        (None, "s1", "dkim_unknown"),
        (["p=MIG"], "", "dkim_unknown"),
    ],
)
def test_dkim_records(records: list[str] | None, selector: str, code: str) -> None:
    assert mail_dns.dkim(records, "a.pl", selector).code == code


@pytest.mark.parametrize(
    ("records", "code", "state"),
    [
        (["v=DMARC1; p=reject"], "dmarc", State.OK),
        (["v=DMARC1;p=quarantine"], "dmarc", State.OK),
        (["v=DMARC1; p=none"], "dmarc_none", State.ADVICE),
        (["v=DMARC1; p=maybe"], "dmarc_missing", State.WRONG),
        (["v=DMARC1; p=none", "v=DMARC1; p=none"], "dmarc_missing", State.WRONG),
        ([], "dmarc_missing", State.WRONG),
        (None, "dmarc_unknown", State.UNKNOWN),
    ],
)
def test_dmarc_records(records: list[str] | None, code: str, state: State) -> None:
    found = mail_dns.dmarc(records, "a.pl")

    assert (found.code, found.state) == (code, state)


def test_alignment_is_relaxed_and_a_policy_may_stand_above() -> None:
    assert mail_dns.alignment("news.shop.pl", "bounces.shop.pl").code == "aligned"
    assert mail_dns.alignment("shop.pl", "").code == "aligned"
    assert mail_dns.alignment("shop.pl", "provider.com").code == "not_aligned"
    assert mail_dns.parents("a.b.shop.pl") == ["a.b.shop.pl", "b.shop.pl", "shop.pl"]
    assert mail_dns.parents("localhost") == ["localhost"]
