"""What messaging itself can say of customers and of the shop, and what occasions bring along."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Max
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from core.colors import readable, text_on
from core.services.shop import get_shop
from customers.models import Customer, Purchase
from messaging.fields import MailField, mail_fields
from messaging.rules import vocatives

PERSON = gettext_lazy("Customer")
SHOP = gettext_lazy("Shop")
LINKS = gettext_lazy("Links")
OCCASION = gettext_lazy("Only in mails about it")
FIRST_NAMES = {"en": "Anna", "pl": "Anna", "cs": "Jana", "ro": "Ioana"}


def _names(ids: Sequence[int]) -> dict[int, str]:
    return dict(Customer.objects.filter(pk__in=ids).values_list("pk", "first_name"))


def first_names(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """The first name as it is written."""
    return _names(ids)


def called_names(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """The form by which a name is called where it is known, else the name itself."""
    return {pk: vocatives.vocative(name, language) or name for pk, name in _names(ids).items()}


def polite_names(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """What a polite greeting says after "Good morning,": "Pani Anno", "pane Petře"; in languages
    without that the first name; empty where it would be a guess."""
    return {pk: _polite(name, language) for pk, name in _names(ids).items()}


def _polite(name: str, language: str) -> str:
    if language in {"pl", "cs"}:
        return vocatives.courtesy(name, language) or ""
    return name


def last_purchase_days(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """The shop's date of the last purchase that counts."""
    found = Purchase.objects.filter(customer__in=ids, counts=True)
    days = found.values_list("customer").annotate(Max("local_day"))
    return {pk: date.fromordinal(day).isoformat() for pk, day in days if pk is not None}


def joining_days(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """Since when they have been customers."""
    rows = Customer.objects.filter(pk__in=ids).exclude(joined_on=None)
    return {pk: day.isoformat() for pk, day in rows.values_list("pk", "joined_on") if day}


def shop_names(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """The shop's name, the same for everybody."""
    return dict.fromkeys(ids, str(get_shop()))


def shop_looks(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """The shop's colours, the same for everybody."""
    return dict.fromkeys(ids, look_of(get_shop().color))


def look_of(color: str) -> dict[str, str]:
    """A colour, what can be read on it, and itself as words can be read on light and dark mails."""
    return {
        "color": color,
        "on_color": text_on(color),
        "ink": readable(color, on="#ffffff"),
        "dark_ink": readable(color, on="#1a211d"),
    }


def _survey_choices(language: str) -> list[dict[str, object]]:
    return [{"label": str(n), "url": f"https://example.com/s?score={n}"} for n in range(11)]


def _said(text: Promise, language: str) -> str:
    with translation.override(language):
        return str(text)


def register_fields() -> None:
    """Put messaging's own fields into the registry."""
    for name, field in {**_of_people(), **_of_occasions()}.items():
        mail_fields.register(name, field)


def _of_people() -> dict[str, MailField]:
    named = FIRST_NAMES.get
    return {
        "first_name": MailField(
            gettext_lazy("First name"), PERSON, lambda lang: named(lang, "Anna"), first_names
        ),
        "vocative": MailField(
            gettext_lazy("First name as it is called, where the form is known"),
            PERSON,
            lambda lang: vocatives.vocative(named(lang, "Anna"), lang) or named(lang, "Anna"),
            called_names,
        ),
        "polite_name": MailField(
            gettext_lazy("Polite address, empty where it would be a guess"),
            PERSON,
            lambda lang: _polite(named(lang, "Anna"), lang),
            polite_names,
        ),
        "last_purchase_on": MailField(
            gettext_lazy("Day of the last purchase"),
            PERSON,
            lambda lang: "2026-10-17",
            last_purchase_days,
        ),
        "customer_since": MailField(
            gettext_lazy("Customer since"), PERSON, lambda lang: "2023-03-14", joining_days
        ),
        "shop_name": MailField(
            gettext_lazy("Name of the shop"), SHOP, lambda lang: str(get_shop()), shop_names
        ),
        "shop_look": MailField(
            gettext_lazy("Colours of the shop"),
            SHOP,
            lambda lang: look_of(get_shop().color),
            shop_looks,
            parts=("color", "on_color", "ink", "dark_ink"),
            is_offered=False,
        ),
    }


def _of_occasions() -> dict[str, MailField]:
    def given(label: object, sample: object, *, group: object = OCCASION) -> MailField:
        example = sample if callable(sample) else lambda language: sample
        return MailField(label, group, example)  # type: ignore[arg-type]

    return {
        "unsubscribe_url": given(
            gettext_lazy("Link to unsubscribe"), "https://example.com/unsubscribe", group=LINKS
        ),
        "preferences_url": given(
            gettext_lazy("Link to choose what to get"),
            "https://example.com/preferences",
            group=LINKS,
        ),
        "confirm_url": given(
            gettext_lazy("Link to confirm a wish"), "https://example.com/confirm", group=LINKS
        ),
        "consent_text": given(
            gettext_lazy("Wording to be confirmed"),
            lambda language: _said(
                gettext_lazy("I would like to get news and offers by e-mail."), language
            ),
        ),
        "complaint_number": given(gettext_lazy("Number of the complaint"), "R-2026-0147"),
        "answer_by": given(gettext_lazy("Day by which the complaint is answered"), "2026-12-06"),
        "years": given(gettext_lazy("Years of the anniversary"), 3),
        "survey_choices": MailField(
            gettext_lazy("Answers of the survey"), OCCASION, _survey_choices, is_offered=False
        ),
        "reminder_text": given(
            gettext_lazy("What is reminded of"),
            lambda language: _said(gettext_lazy("Your order is ready to be picked up"), language),
        ),
        "reminder_on": given(gettext_lazy("Day of what is reminded of"), "2026-11-28"),
        "incident_text": given(
            gettext_lazy("What happened"),
            lambda language: _said(
                gettext_lazy("Parcels sent on Monday arrive a day late."), language
            ),
        ),
    }
