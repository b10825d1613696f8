"""Tags on customers: two spellings of one folded word are one tag."""

from collections.abc import Iterable

from django.utils.translation import gettext, ngettext

from core.errors import Refused
from core.text import fold, squeeze
from customers.models import Customer, CustomerTag, Tag
from customers.rules.tags import BETWEEN, LONGEST_TAG, MOST_TAGS


def _by_key(names: Iterable[str]) -> dict[str, str]:
    """Folded key -> the first spelling of each tag."""
    wanted: dict[str, str] = {}
    for name in map(squeeze, names):
        if len(name) > LONGEST_TAG:
            words = ngettext(
                "A tag has at most %(number)d character.",
                "A tag has at most %(number)d characters.",
                LONGEST_TAG,
            )
            raise Refused(words % {"number": LONGEST_TAG}, field="tags")
        if key := fold(name)[:120]:
            wanted.setdefault(key, name)
    if len(wanted) > MOST_TAGS:
        words = ngettext(
            "A customer has at most %(number)d tag.",
            "A customer has at most %(number)d tags.",
            MOST_TAGS,
        )
        raise Refused(words % {"number": MOST_TAGS}, field="tags")
    return wanted


def find_or_add_tags(names: Iterable[str]) -> list[Tag]:
    """The tags of these names, made where they are new; refuses what would be several in a form
    or a file. Inside the caller's transaction."""
    names = list(names)
    if any(BETWEEN.search(name) for name in names):
        raise Refused(gettext("A tag has neither a comma nor a bar in it."), field="tags")
    wanted = _by_key(names)
    missing = set(wanted) - set(Tag.objects.filter(key__in=wanted).values_list("key", flat=True))
    new = [Tag(name=wanted[key], key=key) for key in sorted(missing)]
    Tag.objects.bulk_create(new, ignore_conflicts=True)
    return list(Tag.objects.filter(key__in=wanted))


def set_tags(*, customer: Customer, names: Iterable[str]) -> bool:
    """Give the customer exactly these tags; whether that changed anything.

    Inside the caller's transaction, which also records the act.
    """
    wanted = {tag.pk for tag in find_or_add_tags(names)}
    present = set(customer.customer_tags.values_list("tag_id", flat=True))
    customer.customer_tags.filter(tag_id__in=present - wanted).delete()
    added = [CustomerTag(customer=customer, tag_id=pk) for pk in sorted(wanted - present)]
    CustomerTag.objects.bulk_create(added, ignore_conflicts=True)
    return wanted != present
