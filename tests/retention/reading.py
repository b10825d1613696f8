"""Reads the retention pages as a visitor: their links, headings and rows."""

import csv
import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponseBase


@dataclass
class Link:
    """A link: where it goes, and what it says."""

    href: str
    text: str = ""

    @property
    def name(self) -> str:
        """The list that it opens."""
        return self.href.removeprefix("/retention/lists/").partition("/")[0]

    @property
    def number(self) -> int | None:
        """The number with which its text begins, where that is a whole number."""
        found = re.match(r"\s*(\d[\d,]*)(?![\d,.]|\s*%)", self.text)
        return int(found[1].replace(",", "")) if found else None


@dataclass
class Page(HTMLParser):
    """Links with their text, the heading, and the cells of table rows."""

    text: str
    links: list[Link] = field(default_factory=list)
    heading: str = ""
    rows: list[list[str]] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(Link(dict(attrs).get("href") or ""))
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
        if tag in {"a", "h1", "td", "th"}:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            del self.inside[len(self.inside) - 1 - self.inside[::-1].index(tag)]

    def handle_data(self, data: str) -> None:
        if "a" in self.inside:
            self.links[-1].text += data
        if "h1" in self.inside:
            self.heading += data
        if {"td", "th"} & set(self.inside) and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()

    @property
    def lists(self) -> list[Link]:
        """The links to lists."""
        return [link for link in self.links if link.href.startswith("/retention/lists/")]

    @property
    def heading_number(self) -> int:
        """The number with which the heading begins."""
        found = re.match(r"\s*([\d,]+)", self.heading)
        assert found, self.heading
        return int(found[1].replace(",", ""))


def heading_number(response: HttpResponseBase) -> int:
    """The number with which a page's heading begins; quicker than reading the whole page."""
    assert response.status_code == 200, response.status_code
    found = re.search(r"<h1[^>]*>\s*([\d,]+)", response.content.decode())  # type: ignore[attr-defined]
    assert found
    return int(found[1].replace(",", ""))


def read_page(response: HttpResponseBase) -> Page:
    assert response.status_code == 200, response.status_code
    return Page(response.content.decode())  # type: ignore[attr-defined]


def read_file(response: HttpResponseBase) -> list[list[str]]:
    """The rows of a CSV answer, without the mark."""
    assert response.status_code == 200, response.status_code
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
