import pytest

from core.batches import batched


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, []), (1, [[0]]), (2, [[0, 1]]), (3, [[0, 1], [2]]), (4, [[0, 1], [2, 3]])],
)
def test_items_come_in_lists_of_the_size(count: int, expected: list) -> None:
    assert list(batched(range(count), 2)) == expected


def test_items_are_taken_only_as_they_are_needed() -> None:
    taken = []

    def items():
        for number in range(10):
            taken.append(number)
            yield number

    batches = batched(items(), 3)

    assert next(batches) == [0, 1, 2]
    assert taken == [0, 1, 2]
