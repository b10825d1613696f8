"""Fields of the desk: a cause out of two levels, somebody who works here."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from support.categories import label_of
from support.models import Category

Choice = tuple[str, Any]


def cause_choices(keep: Category | None = None) -> list[Choice]:
    """The causes in use, the finer ones below their own; the kept one too, used or not."""
    wanted = Q(is_on=True) | Q(pk=keep.pk if keep else None)
    rows = list(Category.objects.filter(wanted).order_by("pk"))
    tops = [row for row in rows if row.parent_id is None]
    return [_group(top, [row for row in rows if row.parent_id == top.pk]) for top in tops]


def _group(top: Category, finer: Iterable[Category]) -> Choice:
    label = label_of(top)
    below = [(str(row.pk), label_of(row)) for row in finer]
    general = (str(top.pk), _("%(cause)s, in general") % {"cause": label})
    return (label, [general, *below]) if below else (str(top.pk), label)


class CauseField(forms.ChoiceField):
    """A cause; gives the `Category`, or None."""

    def __init__(self, *, keep: Category | None = None, **kwargs: Any) -> None:
        choices = [("", _("Choose a cause")), *cause_choices(keep)]
        super().__init__(choices=choices, **kwargs)

    def clean(self, value: Any) -> Category | None:
        text = super().clean(value)
        return Category.objects.select_related("parent").get(pk=text) if text else None
