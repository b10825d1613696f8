"""Opening hours as people write them."""

import pytest

from support.rules.business_time import Window
from support.rules.hours import BadHours, hours_of, text_of_hours


def test_they_are_read_in_any_order_and_written_in_one():
    hours = hours_of("14:00-18:00, 9:00\u201313:00")

    assert hours == (Window(540, 780), Window(840, 1080))
    assert text_of_hours(hours) == "09:00-13:00, 14:00-18:00"
    assert hours_of("00:00-24:00") == (Window(0, 1440),)
    assert hours_of(" ") == ()


@pytest.mark.parametrize(
    "text",
    ["9-17", "09:00-13:00,12:59-18:00", "17:00-09:00", "09:60-10:00", "09:00-24:01", "09:00-", ","],
)
def test_what_is_no_hours_is_refused(text):
    with pytest.raises(BadHours):
        hours_of(text)
