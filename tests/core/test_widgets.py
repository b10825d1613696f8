"""The long select writes what Django's own select writes."""

from typing import Any

import pytest
from django import forms
from django.test.html import parse_html

from core.widgets import LongSelect

CHOICES = [("", "–"), ("PL", "Poland"), (7, "<b>seven</b>"), ('"x"', "quoted & more")]


@pytest.mark.parametrize("value", [None, "", "PL", 7, "7", '"x"', "unknown", ["PL"]])
@pytest.mark.parametrize("attrs", [None, {"id": "id_x", "class": "a b", "required": True}])
def test_it_writes_what_the_plain_one_writes(value: Any, attrs: dict[str, Any] | None) -> None:
    plain, long = forms.Select(choices=CHOICES), LongSelect(choices=CHOICES)

    written = long.render("x", value, attrs)

    assert parse_html(written) == parse_html(plain.render("x", value, attrs))


def test_its_own_attributes_and_lazy_choices_count() -> None:
    field = forms.ChoiceField(choices=lambda: [("a", "A")], widget=LongSelect(attrs={"size": 3}))

    assert field.widget.render("x", "a") == (
        '<select name="x" size="3">\n<option value="a" selected>A</option>\n</select>'
    )


def test_no_template_is_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms.Widget, "_render", None)

    assert "Poland" in LongSelect(choices=CHOICES).render("x", None)
