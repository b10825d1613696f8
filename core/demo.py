"""The demo registry: each app says how its part of the demo shop is made, in floor order."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.registry import Registry


@dataclass(frozen=True, slots=True)
class DemoPart:
    """Makes one app's demo data through services, from a seeded source of chance and a clock.

    `models` names what it fills (`app.Model`), so that a test can find models nobody fills.
    """

    make: Callable[[random.Random, datetime], None]
    models: frozenset[str]
    order: int


demo_parts: Registry[DemoPart] = Registry("demo data")
# Models that a demo shop rightly leaves empty, each with the reason.
left_empty: Registry[str] = Registry("left empty by the demo")
for label, reason in {
    "core.RateLimit": "filled by failed sign-ins",
    "core.JobState": "filled by the job loop",
    "core.AuditEntry": "filled by the services' acts",
    "core.Shop": "made by migrate",
}.items():
    left_empty.register(label, reason)
