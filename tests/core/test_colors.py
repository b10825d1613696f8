"""What is written on a shop's colour can be read, whatever the colour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.colors import BLACK, WHITE, contrast, readable, text_on

anything = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#1f6b4f", "#ffffff", 6.4),
        ("#ff0000", "#ff0000", 1.0),
    ],
)
def test_contrast_by_the_book(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.05)
    assert contrast(other, one) == contrast(one, other)


@given(anything)
def test_text_is_readable_on_every_colour(color: str) -> None:
    assert contrast(color, text_on(color)) > 4.5
    assert text_on(color) in {BLACK, WHITE}


@pytest.mark.parametrize("ground", ["#ffffff", "#1a211d"])
@given(color=anything)
def test_a_readable_colour_can_be_read(ground: str, color: str) -> None:
    found = readable(color, on=ground)

    assert contrast(found, ground) >= 4.5
    assert found == color or contrast(color, ground) < 4.5
