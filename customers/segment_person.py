"""Segment fields about the person: who they are, where they live, what they agreed to."""

from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
)
from django.db.models import Value as Plain
from django.db.models.functions import Concat, Trim
from django.db.models.lookups import Contains, Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Branch, User
from core.clock import zone_names
from core.text import fold
from customers import segment_conditions as build
from customers.folding import Fold
from customers.masking import sees_contacts, sees_internal
from customers.models import (
    Channel,
    ConsentAction,
    ConsentEntry,
    CustomerTag,
    Identity,
    IdentityKind,
    ImportantDate,
    Purpose,
    Tag,
)
from customers.names import country_choices, language_choices
from customers.rules.segment_dates import born_until
from customers.rules.segment_language import Kind
from customers.segments import Choice, Context, SegmentField, denied, not_asked, register

PERSON, CONSENTS = _("Person"), _("Consent")
# Key and column, label, and who reads it in full where it is personal.
TEXT_FIELDS = [
    ("name", _("Name"), None),
    ("city", _("City"), None),
    ("postcode", _("Postcode"), sees_contacts),
    ("found_us", _("How they found us"), sees_internal),
]


def _languages() -> list[Choice]:
    return [choice for choice in language_choices() if choice[0]]


def _countries() -> list[Choice]:
    return [choice for choice in country_choices() if choice[0]]


def _zones() -> list[Choice]:
    return [(name, name.replace("_", " ")) for name in zone_names()]


def _staff() -> list[Choice]:
    return [(str(user.pk), str(user)) for user in User.objects.all()]


def branches() -> list[Choice]:
    """All branches, to choose from."""
    return [(str(branch.pk), branch.name) for branch in Branch.objects.all()]


def _tags() -> list[Choice]:
    return [(tag.key, tag.name) for tag in Tag.objects.all()]


# Last and first name one after the other twice: either order is found inside it.
_BOTH_ORDERS = Concat(
    F("name_key"), Plain(" "), F("name_key"), output_field=CharField(max_length=601)
)
_FIRST_LAST = Fold(Trim(Concat(F("first_name"), Plain(" "), F("last_name"))))


def _name(operator: str, value: Any, context: Context) -> Q:
    """Names are asked in either order of first and last; "begins" means any of the names."""
    if operator in {"empty", "filled"}:
        return Q(name_key="") if operator == "empty" else ~Q(name_key="")
    if operator in {"is_not", "lacks"}:
        return ~_name("is" if operator == "is_not" else "contains", value, context)
    wanted = fold(value)
    if operator == "begins":
        return Q(name_key__startswith=wanted) | Q(name_key__contains=f" {wanted}")
    if operator == "is":
        return build.text_matches("is", F("name_key"), value) | Q(Exact(_FIRST_LAST, wanted))
    if " " not in wanted:
        return Q(name_key__contains=wanted)
    return Q(Contains(_BOTH_ORDERS, wanted))


def _tagged(operator: str, value: Any, context: Context) -> Q:
    mine = build.rows_of(CustomerTag)
    if operator in {"empty", "filled"}:
        return ~build.has(mine) if operator == "empty" else build.has(mine)
    keys = {fold(name) for name in value}
    among = mine.filter(tag__key__in=keys)
    if operator == "all_of":
        found = among.order_by().values("customer").annotate(n=Count("tag")).filter(n=len(keys))
        return build.has(found)
    return build.has(among) if operator == "any_of" else ~build.has(among)


def _birthday(operator: str, value: Any, context: Context) -> Q:
    if operator in {"empty", "filled"}:
        return Q(birth_month__isnull=operator == "empty")
    return build.yearly_q("birth_month", "birth_day", operator, value, context)


def _important_date(operator: str, value: Any, context: Context) -> Q:
    mine = build.rows_of(ImportantDate)
    if operator in {"empty", "filled"}:
        return ~build.has(mine) if operator == "empty" else build.has(mine)
    return build.has(mine.filter(build.yearly_q("month", "day", operator, value, context)))


_BORN = ExpressionWrapper(
    F("birth_year") * Plain(10_000) + F("birth_month") * Plain(100) + F("birth_day"),
    output_field=BigIntegerField(),
)


def _age(operator: str, value: Any, context: Context) -> Q:
    """Whole years of age today. No year of birth: no age, so no condition on it holds."""
    if operator in {"empty", "filled"}:
        return Q(birth_year__isnull=operator == "empty")
    lowest, highest = _ages(operator, value)
    years = Q(birth_year__isnull=False)
    if lowest is not None:
        years &= build.compare("at_most", _BORN, born_until(context.today, lowest))
    if highest is not None:
        years &= build.compare("more", _BORN, born_until(context.today, highest + 1))
    return years


def _ages(operator: str, value: Any) -> tuple[int | None, int | None]:
    """The lowest and highest age that fit, cut to what years can be."""
    low, high = value if operator == "between" else (value, value)
    low = low + 1 if operator == "more" else low
    high = high - 1 if operator == "less" else high
    cut = (max(-1, min(low, 10_000)), max(-2, min(high, 10_000)))
    return (
        None if operator in {"at_most", "less"} else cut[0],
        None if operator in {"at_least", "more"} else cut[1],
    )


def _years_words(years: int | Decimal) -> str:
    return ngettext("%(number)s year", "%(number)s years", int(years))


def _contact(kind: IdentityKind) -> Any:
    return build.flag(lambda: build.rows_of(Identity, kind=kind))


def consented(purpose: Purpose) -> Q:
    """Whether the newest line of the purpose says granted, for any of the customer's addresses."""
    newer = ConsentEntry.objects.filter(
        customer=OuterRef("customer"), purpose=purpose, address=OuterRef("address")
    ).filter(
        Q(occurred_at__gt=OuterRef("occurred_at"))
        | Q(occurred_at=OuterRef("occurred_at"), id__gt=OuterRef("id"))
    )
    lines = build.rows_of(ConsentEntry, purpose=purpose, action=ConsentAction.GRANTED)
    return build.has(lines.filter(~Exists(newer)))


def _consent(purpose: Purpose) -> Any:
    def condition(operator: str, value: Any, context: Context) -> Q:
        return consented(purpose) if value else denied(consented(purpose))

    return condition


def _register_choices() -> None:
    where = PERSON
    for key, label, offers, condition in [
        ("language", _("Language"), _languages, build.choice("language")),
        ("country", _("Country"), _countries, build.choice("country")),
        ("timezone", _("Time zone"), _zones, build.choice("timezone")),
        ("owner", _("Owner"), _staff, build.choice("owner", convert=build.row_id, null=True)),
        ("branch", _("Branch"), branches, build.choice("branch", convert=build.row_id, null=True)),
    ]:
        register(SegmentField(key, label, where, Kind.CHOICE, condition, offers=offers))
    channel = build.choice("preferred_channel")
    label = _("Preferred channel")
    register(SegmentField("channel", label, where, Kind.CHOICE, channel, choices=Channel.choices))


def register_person_fields() -> None:
    """Fill the registry; called once by the app's registrations."""
    for key, label, readers in TEXT_FIELDS:
        condition = _name if key == "name" else build.text(key)
        register(SegmentField(key, label, PERSON, Kind.TEXT, condition, readable_by=readers))
    _register_choices()
    register(SegmentField("tags", _("Tags"), PERSON, Kind.TAGS, _tagged, offers=_tags))
    register(SegmentField("birthday", _("Birthday"), PERSON, Kind.YEARLY, _birthday))
    age = SegmentField(
        "age", _("Age"), PERSON, Kind.NUMBER, _age, unit=_("years"), counted=_years_words
    )
    register(age)
    label = _("Important date")
    register(SegmentField("important_date", label, PERSON, Kind.YEARLY, _important_date))
    joined = build.civil_date("joined_on")
    register(SegmentField("joined_on", _("Customer since"), PERSON, Kind.DATE, joined))
    added = build.instant(F("created_at"))
    label = _("Added on")
    register(SegmentField("created_at", label, PERSON, Kind.DATE, added, always_filled=True))
    email, phone = _contact(IdentityKind.EMAIL), _contact(IdentityKind.PHONE)
    register(SegmentField("has_email", _("Has an e-mail"), PERSON, Kind.FLAG, email))
    register(SegmentField("has_phone", _("Has a phone"), PERSON, Kind.FLAG, phone))
    for purpose in Purpose:
        key, condition = f"consent_{purpose.value}", _consent(purpose)
        register(SegmentField(key, purpose.label, CONSENTS, Kind.FLAG, condition))


for column, reason in {
    "id": "a number of ours that says nothing about a person",
    "first_name": "asked by name",
    "last_name": "asked by name",
    "name_key": "asked by name",
    "birth_year": "asked by age",
    "birth_month": "asked by birthday",
    "birth_day": "asked by birthday",
    "preferred_channel": "asked by channel",
    "address": "one household's street makes no segment, and marketers may not read it",
    "notes": "free text for staff who serve; roles that make segments may not read it",
    "contact_hint": "free text for staff who serve; roles that make segments may not read it",
    "updated_at": "changes with any edit, so it says nothing about the person",
}.items():
    not_asked.register(column, reason)
