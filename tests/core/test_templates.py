"""What every template, style sheet and script keeps to."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
HEADER = re.compile(r"\{# Context: .+ Blocks?: .+ #\}\n")
TAG = re.compile(r"\{[%#].*?[%#]\}", re.DOTALL)
VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def markup(path: Path) -> str:
    """The template's HTML without Django's tags; values become a word."""
    text = re.sub(r"\{% url .*?%\}", "/address/", path.read_text(encoding="utf-8"))
    return VALUE.sub("value", TAG.sub(" ", text))


VOID = {"input", "br", "hr", "img", "meta", "link"}


class Element:
    """A start tag: its attributes, whether it stands in a form, whether it holds a way to go."""

    def __init__(self, tag: str, attributes: dict[str, str | None], in_form: bool) -> None:
        self.tag, self.attributes, self.in_form = tag, attributes, in_form
        self.holds_a_way = False

    def is_a_way(self) -> bool:
        if self.tag == "a":
            return self.attributes.get("href") not in {None, "", "#"}
        return self.tag == "form" and bool({"action", "method"} & self.attributes.keys())


class Elements(HTMLParser):
    """Collects every element of a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Element] = []
        self.open: list[Element] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        in_form = any(element.tag == "form" for element in self.open)
        element = Element(tag, dict(attrs), in_form)
        self.found.append(element)
        if element.is_a_way():
            for outer in self.open:
                outer.holds_a_way = True
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self.open):
            while self.open.pop().tag != tag:
                pass


@cache
def elements(path: Path) -> list[Element]:
    return Elements(markup(path)).found


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_begins_with_its_signature(path: Path) -> None:
    assert HEADER.match(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_compiles(path: Path) -> None:
    get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize(
    ("paths", "limit"), [(TEMPLATES, 150), (SHEETS, 400), (SCRIPTS, 200)], ids=["html", "css", "js"]
)
def test_no_file_is_over_its_limit(paths: list[Path], limit: int) -> None:
    sizes = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}

    assert sizes
    assert {path: size for path, size in sizes.items() if size > limit} == {}


@pytest.mark.parametrize(("paths", "aim"), [(TEMPLATES, 80), (SCRIPTS, 90)], ids=["html", "js"])
def test_nearly_all_files_are_small(paths: list[Path], aim: int) -> None:
    sizes = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)

    assert sizes[int(len(sizes) * 0.95) - 1] <= aim


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_nothing_is_inline(path: Path) -> None:
    for element in elements(path):
        keys = element.attributes.keys()
        assert element.tag != "style"
        assert "style" not in keys, element.tag
        assert [key for key in keys if re.match(r"on[a-z]|hx-on", key)] == [], element.tag
        assert element.tag != "script" or "src" in keys


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_htmx_only_adds_to_what_works_without_it(path: Path) -> None:
    """What asks by htmx is a link or a form, stands in a form, or holds one of them. A piece
    whose header says that it stands inside a form is believed: its page has the form."""
    if "Stands inside a form." in path.read_text(encoding="utf-8").splitlines()[0]:
        return
    asking = [
        element for element in elements(path) if {"hx-get", "hx-post"} & element.attributes.keys()
    ]

    stuck = [
        element.tag
        for element in asking
        if not (element.is_a_way() or element.in_form or element.holds_a_way)
    ]

    assert stuck == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_pictures_have_words(path: Path) -> None:
    bare = [
        element.attributes
        for element in elements(path)
        if element.tag == "img" and "alt" not in element.attributes
    ]

    assert bare == []


@pytest.mark.parametrize(
    "path", [sheet for sheet in SHEETS if sheet.name != "tokens.css"], ids=name
)
def test_colours_stand_in_the_tokens_only(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert COLOUR.findall(text) == []


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_every_token_that_is_used_is_defined(path: Path) -> None:
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    defined = set(re.findall(r"(--[a-z0-9-]+):", tokens + text))

    used = set(re.findall(r"var\((--[a-z0-9-]+)\)", text))

    assert used - defined == set()


def test_every_sheet_is_listed_once() -> None:
    listed = re.findall(
        r'@import url\("([a-z_-]+\.css)"\)', (SHEETS[0].parent / "app.css").read_text()
    )

    # Pages for customers take their own small sheet, and not the product's.
    assert sorted([*listed, "app.css", "public.css"]) == [sheet.name for sheet in SHEETS]


def test_every_script_is_loaded_by_the_entry_point() -> None:
    main = (ROOT / "static" / "js" / "main.js").read_text()
    listed = re.findall(r'import "\./([a-z_-]+\.js)";', main)

    assert sorted([*listed, "main.js"]) == [script.name for script in SCRIPTS]


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_icons_exist(path: Path) -> None:
    icons = ROOT / "node_modules" / "bootstrap-icons" / "icons"
    named = re.findall(
        r"\{% icon \"([a-z0-9-]+)\"|\bicon=\"([a-z0-9-]+)\"", path.read_text(encoding="utf-8")
    )

    assert [
        word for pair in named for word in pair if word and not (icons / f"{word}.svg").exists()
    ] == []
