"""The topics that people may leave on their own: named, ordered, put away."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused, too_long
from core.services import audit
from core.text import fold, squeeze
from customers.models import Topic

LONGEST_NAME = 60


def _key_from(name: str) -> str:
    """'Pottery classes' -> 'pottery_classes'; a number where a name has no Latin letters."""
    plain = "".join(char if char.isascii() and char.isalnum() else " " for char in fold(name))
    key = "_".join(plain.split())[:32] or "topic"
    taken = set(Topic.objects.filter(key__startswith=key).values_list("key", flat=True))
    numbered = (f"{key}_{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (key, *numbered) if one not in taken)


@transaction.atomic
def save_topic(
    *,
    actor: User | None,
    topic: Topic | None,
    names: Mapping[str, str],
    nature: str,
    is_active: bool,
) -> Topic:
    """Make a topic (None) at the end of the list, or change one; audited. `names` by language;
    one is enough. The key is made from the first name, and stays."""
    given = {code: name for code, text in names.items() if (name := squeeze(text))}
    if not given:
        raise Refused(_("Give a name in at least one language."))
    if any(len(name) > LONGEST_NAME for name in given.values()):
        raise Refused(too_long(LONGEST_NAME))
    row = topic or Topic(key=_key_from(next(iter(given.values()))), position=_last_position() + 1)
    row.names, row.nature, row.is_active = given, nature, is_active
    row.save()
    audit.record(actor=actor, action="topic.saved", target=row, details={"key": row.key})
    return row


def _last_position() -> int:
    return Topic.objects.aggregate(last=Max("position"))["last"] or 0
