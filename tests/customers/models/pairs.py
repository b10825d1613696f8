"""Two people whom the shop takes for one."""

from customers import models
from tests.factories.customers import NOON


def pair(first, second):
    return models.PossibleDuplicate.objects.create(
        first=first, second=second, reason="email", created_at=NOON
    )
