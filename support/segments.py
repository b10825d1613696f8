"""Segment fields about the desk: who has something open. What it is about, nobody can ask here."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers import segment_conditions as build
from customers.rules.segment_language import Kind
from customers.segments import SegmentField, register
from support.due import OPEN
from support.models import Case, CaseKind

GROUP = _("Support desk")


def _complaints() -> QuerySet[Case]:
    return build.rows_of(Case, kind=CaseKind.COMPLAINT, state__in=OPEN)


register(
    SegmentField(
        "open_complaint",
        _("Has an open complaint"),
        GROUP,
        Kind.FLAG,
        build.flag(_complaints),
    )
)
