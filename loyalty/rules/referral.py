"""When two files look like one person: what blocks a referral, and what only makes one look."""

from collections.abc import Iterable

# Where dots in the local part do not count.
_DOTLESS = {"gmail.com", "googlemail.com"}


def mail_root(address: str) -> str:
    """The inbox behind a normalised address: 'an.na+x@gmail.com' -> 'anna@gmail.com'."""
    local, _at, domain = address.rpartition("@")
    local = local.split("+", 1)[0]
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def share_inbox(first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether any address of the one reaches an inbox of the other."""
    return bool({mail_root(text) for text in first} & {mail_root(text) for text in second})
