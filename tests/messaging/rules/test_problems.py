"""Problems with their places."""

from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.problems import Problem, TemplateWrong, line_of, lines_of, wrong


@given(st.text(alphabet="a\n", max_size=80), st.data())
def test_both_ways_of_counting_lines_agree(text: str, data: st.DataObject) -> None:
    positions = data.draw(st.lists(st.integers(0, len(text)), max_size=6))
    line = lines_of(text)

    assert [line(place) for place in positions] == [line_of(text, place) for place in positions]


def test_a_line_break_belongs_to_the_line_that_it_ends() -> None:
    assert [line_of("a\nb\n", place) for place in range(5)] == [1, 1, 2, 2, 3]


def test_problems_are_said_of_another_field_and_stay_what_they_were() -> None:
    first, second = Problem("empty"), Problem("html_tag", 7, {"tag": "b"})
    error = TemplateWrong(first, second)

    moved = error.in_field("subject")

    assert moved.problems == [
        Problem("empty", None, {}, "subject"),
        Problem("html_tag", 7, {"tag": "b"}, "subject"),
    ]
    assert error.problems == [first, second]
    assert str(moved) == "empty, html_tag"


def test_one_problem_is_an_error_with_its_words() -> None:
    assert wrong("too_big", size="120", limit="100").problems == [
        Problem("too_big", None, {"size": "120", "limit": "100"}, "mjml")
    ]
