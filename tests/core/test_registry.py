import pytest

from core.registry import AlreadyRegistered, NotRegistered, Registry


def test_items_keep_the_order_of_registration() -> None:
    registry: Registry[int] = Registry("numbers")
    registry.register("two", 2)
    registry.register("one", 1)

    assert list(registry) == [2, 1]
    assert registry.items() == [("two", 2), ("one", 1)]
    assert len(registry) == 2
    assert "one" in registry
    assert registry.get("one") == 1


def test_a_key_registered_twice_is_an_error() -> None:
    registry: Registry[int] = Registry("numbers")
    registry.register("one", 1)

    with pytest.raises(AlreadyRegistered, match="numbers: one"):
        registry.register("one", 2)

    assert registry.get("one") == 1


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(NotRegistered, match="numbers: three"):
        Registry[int]("numbers").get("three")
