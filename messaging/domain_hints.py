"""Where to begin with big mailbox providers: our own careful numbers, not theirs."""

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Hint:
    """A domain and a careful start: so many mails a minute."""

    domain: str
    per_minute: int

    @property
    def query(self) -> str:
        """What fills the form in."""
        return urlencode({"domain": self.domain, "per_minute": self.per_minute})


HINTS = (
    Hint("gmail.com", 300),
    Hint("outlook.com", 200),
    Hint("hotmail.com", 200),
    Hint("yahoo.com", 120),
    Hint("icloud.com", 120),
    Hint("wp.pl", 120),
    Hint("o2.pl", 120),
    Hint("onet.pl", 120),
    Hint("interia.pl", 60),
    Hint("seznam.cz", 120),
    Hint("centrum.cz", 60),
)
