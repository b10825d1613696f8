"""What DNS says of a sender, and the difference between no and no answer."""

import dns.exception
import dns.resolver
import pytest

from messaging import deliverability, preflight
from messaging.models import Sender
from messaging.rules.preflight import State
from tests.factories.messaging import NOON

GOOD = {
    "shop.pl": ["v=spf1 mx -all"],
    "google._domainkey.shop.pl": ["v=DKIM1; p=MIG"],
    "_dmarc.shop.pl": ["v=DMARC1; p=reject"],
}


class Zone:
    """A resolver of our own: records by name, and names that never answer."""

    def __init__(self, records: dict[str, list[str]], *silent: str) -> None:
        self.records, self.silent, self.asked = records, silent, list[str]()

    def resolve(self, name: str, kind: str, **_options: object) -> list[object]:
        self.asked.append(name)
        if name in self.silent or "*" in self.silent:
            raise dns.exception.Timeout
        if name not in self.records:
            raise dns.resolver.NXDOMAIN
        return [type("Row", (), {"strings": (text.encode(),)}) for text in self.records[name]]


def ask(monkeypatch: pytest.MonkeyPatch, zone: Zone, *domains: str) -> dict[str, State]:
    monkeypatch.setattr(dns.resolver, "resolve", zone.resolve)
    return {found.code: found.state for found in deliverability.domain_findings(*domains)}


def test_a_well_kept_domain_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(monkeypatch, Zone(GOOD), "shop.pl") == {
        "spf": State.OK,
        "dkim": State.OK,
        "dmarc": State.OK,
        "aligned": State.OK,
    }


def test_the_policy_of_the_organisation_covers_its_subdomains(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = ask(monkeypatch, Zone(GOOD), "news.shop.pl", "bounces.other.com")

    assert found == {
        "spf_missing": State.WRONG,
        "dkim_unseen": State.UNKNOWN,
        "dmarc": State.OK,
        "not_aligned": State.ADVICE,
    }


def test_without_an_answer_nothing_is_called_good_or_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zone = Zone(GOOD, "*")

    assert set(ask(monkeypatch, zone, "shop.pl").values()) == {State.UNKNOWN}
    assert zone.asked == ["shop.pl"]
    late = Zone(GOOD, "default._domainkey.shop.pl", "_dmarc.shop.pl")
    assert ask(monkeypatch, late, "shop.pl") == {
        "spf": State.OK,
        "dkim_unknown": State.UNKNOWN,
        "dmarc_unknown": State.UNKNOWN,
        "aligned": State.OK,
    }


def test_a_selector_of_ones_own_is_the_only_one_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    zone = Zone(GOOD | {"winter26._domainkey.shop.pl": ["v=DKIM1; p=MIG"]})

    assert ask(monkeypatch, zone, "shop.pl", "", "winter26")["dkim"] is State.OK
    assert ask(monkeypatch, zone, "shop.pl", "", "google2")["dkim_missing"] is State.WRONG
    silent = Zone(GOOD, "winter26._domainkey.shop.pl")
    assert ask(monkeypatch, silent, "shop.pl", "", "winter26")["dkim_unknown"] is State.UNKNOWN
    assert not any("google._domainkey" in name for name in zone.asked)


def test_what_was_tried_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns.resolver, "resolve", Zone({}).resolve)

    found = {one.code: one for one in deliverability.domain_findings("shop.pl")}

    assert found["dkim_unseen"].values["tried"].startswith("default, mail, dkim, google")


@pytest.mark.parametrize(
    "domain", ["localhost", "shop.test", "example.com", "a.example", "x.invalid"]
)
def test_names_that_nobody_can_own_are_not_asked_for(
    monkeypatch: pytest.MonkeyPatch, domain: str
) -> None:
    zone = Zone(GOOD)

    assert set(ask(monkeypatch, zone, domain).values()) == {State.UNKNOWN}
    assert zone.asked == []


def test_every_finding_can_be_said(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [line.text for line in preflight.sender_lines()] == [
        "There is no sender that mails come from"
    ]
    Sender.objects.create(
        name="Shop", kind="smtp", from_address="a@shop.pl", is_default=True, created_at=NOON
    )
    monkeypatch.setattr(dns.resolver, "resolve", Zone(GOOD).resolve)

    lines = preflight.sender_lines()

    assert [line.state for line in lines] == ["ok"] * 4
    assert lines[0].text == "SPF: shop.pl says which servers send for it"
