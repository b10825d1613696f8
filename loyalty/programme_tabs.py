"""Which of the shop's programmes a page shows: a choice, where there is one."""

from dataclasses import dataclass

from loyalty.addresses import address_in
from loyalty.models import Programme
from loyalty.services.programmes import all_programmes
from loyalty.words import programme_name


@dataclass(frozen=True, slots=True)
class ProgrammeTab:
    """One item of `components/segmented.html`."""

    label: str
    href: str
    current: bool
    count: int | None = None


def programme_tabs(current: Programme, address: str) -> list[ProgrammeTab]:
    """A tab for each programme; none where there is only one."""
    found = all_programmes()
    if len(found) == 1:
        return []
    return [
        ProgrammeTab(
            label=programme_name(programme),
            href=address_in(programme, address),
            current=programme.pk == current.pk,
        )
        for programme in found
    ]
