"""The fields of mails: names that templates may use, and how their values are read in bulk.

Apps register what they know about customers. Fields without `values` are known only to the
occasion (the number of a complaint, the link to leave) and come with the message itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from core.registry import Registry
from messaging.models import TemplateVersion
from messaging.reading import fields_of

Values = Callable[[Sequence[int], str], Mapping[int, object]]


@dataclass(frozen=True, slots=True)
class MailField:
    """One name in mails. `values` gives plain values (text, numbers, ISO dates, lists and dicts of
    them) by customer in a language; `sample` is shown where there is no customer; `parts` are
    what comes after a dot; what is not offered is for blocks."""

    label: str | Promise
    group: str | Promise
    sample: Callable[[str], object]
    values: Values | None = None
    parts: tuple[str, ...] = ()
    is_offered: bool = True


mail_fields: Registry[MailField] = Registry("mail fields")


def known_names() -> dict[str, tuple[str, ...]]:
    """Every field with its parts."""
    return {name: field.parts for name, field in mail_fields.items()}


def data_for(customer_ids: Iterable[int], version: TemplateVersion) -> dict[int, dict[str, object]]:
    """The values that a version reads, by customer: plain dicts, one bulk read per field. What
    nobody knows of a customer is None; what only the occasion knows is left out."""
    ids = list(customer_ids)
    data: dict[int, dict[str, object]] = {pk: {} for pk in ids}
    for name in sorted(fields_of(version)):
        field = mail_fields.get(name)
        if field.values is not None:
            known = field.values(ids, version.language)
            for pk in ids:
                data[pk][name] = known.get(pk)
    return data


def occasion_fields(version: TemplateVersion) -> list[str]:
    """The fields that a version reads and that its message must bring along."""
    return sorted(name for name in fields_of(version) if mail_fields.get(name).values is None)


def sample_data(language: str) -> dict[str, object]:
    """Every field with its example, for previews without a customer."""
    return {name: field.sample(language) for name, field in mail_fields.items()}
