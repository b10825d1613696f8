"""The causes that are there from the beginning, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from support.models import Category

# A cause and its finer ones, by key.
FIRST: dict[str, tuple[str | Promise, dict[str, str | Promise]]] = {
    "product": (
        _("Product"),
        {
            "broken": _("Broken on arrival"),
            "stopped": _("Stopped working"),
            "incomplete": _("Parts missing"),
            "unlike": _("Not as described"),
        },
    ),
    "delivery": (
        _("Delivery"),
        {
            "late": pgettext_lazy("of a delivery", "Late"),
            "wrong": _("Wrong item"),
            "damaged": _("Damaged on the way"),
            "lost": _("Never arrived"),
        },
    ),
    "staff": (_("Staff"), {"rude": _("Unfriendly"), "advice": _("Wrong advice")}),
    "billing": (_("Price and payment"), {"charged": _("Charged wrong"), "price": _("Price")}),
    "loyalty": (
        _("Points and offers"),
        {"points": _("Points missing"), "coupon": _("Coupon refused")},
    ),
    "website": (_("Website"), {"order": _("Ordering"), "account": _("Account")}),
    "information": (_("Information"), {"missing": _("Missing"), "misleading": _("Misleading")}),
    "other": (pgettext_lazy("cause", "Other"), {}),
}


def seeded() -> dict[str, str | Promise]:
    """Every first cause by its whole key, "delivery-late"."""
    names: dict[str, str | Promise] = {}
    for key, (name, finer) in FIRST.items():
        names[key] = name
        names |= {f"{key}-{part}": words for part, words in finer.items()}
    return names


def label_of(category: Category) -> str:
    """What the cause is called: by the shop, or, where it never named it, by us."""
    return category.name or str(seeded().get(category.key, category.key))


def path_of(category: Category) -> str:
    """The cause with the one above it: "Delivery, late". The parent must be at hand."""
    own = label_of(category)
    return f"{label_of(category.parent)}: {own}" if category.parent else own
