"""Whatever the rules refuse can be said."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from messaging.rules.problems import Problem
from messaging.template_words import WORDS, said_by_field, say

RULES = Path(__file__).resolve().parents[2] / "messaging" / "rules"
SAVING = RULES.parent / "services" / "templates.py"
RAISED = re.compile(r"(?:wrong|Problem)\(\s*\"(\w+)\"")


def test_every_code_has_words_and_every_words_a_code() -> None:
    raised = {
        code
        for path in [*RULES.glob("*.py"), SAVING]
        for code in RAISED.findall(path.read_text("utf-8"))
    }

    assert raised == set(WORDS)


@pytest.mark.parametrize("language", ["en", "pl", "cs", "ro"])
def test_words_take_their_values_in_every_language(language: str) -> None:
    values = dict.fromkeys(
        ("reason", "tag", "name", "limit", "parent", "text", "value", "size"), "XYZ"
    )

    with translation.override(language):
        for code in WORDS:
            assert "%(" not in say(Problem(code, 3, values))


def test_problems_are_said_under_their_fields_with_lines_in_the_source() -> None:
    found = [
        Problem("unknown_field", 1, {"name": "x"}, "subject"),
        Problem("html_tag", 7, {"tag": "script"}),
        Problem("empty"),
    ]

    assert said_by_field(found) == {
        "subject": ["There is no field “x”."],
        "mjml": ["Line 7: “script” is not allowed in texts.", "The mail says nothing."],
    }
