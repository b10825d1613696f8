"""The time that a template may take is the processor's: waiting for a busy machine is no fault."""

import pytest

from messaging.rules import liquid

LOOP = "{% for n in (1..900) %}{% if n > 0 %}{{ name | upcase }}{% endif %}{% endfor %}"


def test_a_wait_does_not_count(monkeypatch):
    hours = iter(range(0, 10**9, 3600))
    monkeypatch.setattr(liquid.time, "monotonic", hours.__next__)

    assert liquid.parse(LOOP, "en", escapes=False).render(name="a") == "A" * 900


def test_work_does(monkeypatch):
    seconds = iter(range(10**6))
    monkeypatch.setattr(liquid.time, "thread_time", seconds.__next__)

    with pytest.raises(liquid.OutOfTime):
        liquid.parse(LOOP, "en", escapes=False).render(name="a")
