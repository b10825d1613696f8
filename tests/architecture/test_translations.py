"""Polish, Czech and Romanian are complete: every text, every plural form, every placeholder."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("pl", "cs", "ro")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%[sd]")
FOLDERS = (
    "core",
    "accounts",
    "customers",
    "messaging",
    "loyalty",
    "support",
    "retention",
    "crm",
    "templates",
)


def catalog(language: str) -> Catalog:
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def placeholders(text: str) -> list[str]:
    return sorted(match.group(0) for match in PLACEHOLDER.finditer(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_or_fuzzy(language: str) -> None:
    messages = [message for message in catalog(language) if message.id]

    missing = [m.id for m in messages if m.fuzzy or not all(texts(m))]

    assert len(messages) > 100
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_as_many_as_the_language_has(language: str) -> None:
    plurals = [m for m in catalog(language) if m.id and not isinstance(m.id, str)]

    assert plurals
    assert [m.id for m in plurals if len(m.string) != 3] == []


def loses_a_placeholder(message: Message) -> bool:
    """A single text keeps all; a plural form may leave some out ("one customer")."""
    if isinstance(message.id, str):
        return placeholders(texts(message)[0]) != placeholders(message.id)
    wanted = set(placeholders(message.id[-1]))
    return not all(set(placeholders(text)) <= wanted for text in texts(message))


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language: str) -> None:
    assert [m.id for m in catalog(language) if m.id and loses_a_placeholder(m)] == []


def test_every_text_in_the_code_is_in_the_catalogs(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        assert not os.environ.get("CI"), "CI must have gettext"
        pytest.skip("gettext is not installed: the catalogs are not compared with the code")
    for folder in (*FOLDERS, "locale"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "manage.py", tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")

    command = [sys.executable, "manage.py", "makemessages", "-l", "pl", "--no-obsolete"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    with (tmp_path / "locale/pl/LC_MESSAGES/django.po").open("rb") as file:
        found = {message.id for message in read_po(file, locale="pl") if message.id}
    known = {message.id for message in catalog("pl") if message.id}
    assert sorted(map(str, found - known)) == []
