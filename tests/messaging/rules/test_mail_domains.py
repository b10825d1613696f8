"""Which domains say who somebody is."""

import pytest

from messaging.rules.mail_domains import PROVIDERS, telling_domain


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("anna@klient.example", "klient.example"),
        ("Anna@Klient.Example", "klient.example"),
        ("anna@gmail.com", ""),
        ("jana@SEZNAM.cz", ""),
        ("a@b@c.example", "c.example"),
        ("nobody", ""),
        ("", ""),
    ],
)
def test_a_firm_tells_and_a_provider_does_not(address, domain):
    assert telling_domain(address) == domain


def test_every_provider_is_a_domain_in_small_letters():
    assert all(name == name.lower() and "." in name and "@" not in name for name in PROVIDERS)
