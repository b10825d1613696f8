"""A mail as it would look, for a frame of its own: light, dark or as plain text."""

from collections.abc import Mapping

from django.http import HttpResponse

from core import clock
from customers.models import Customer
from messaging.errors import RenderFailed
from messaging.fields import data_for, sample_data
from messaging.models import TemplateVersion
from messaging.rendering import FAILURES, Rendered, render
from messaging.rules import liquid
from messaging.rules.compiling import Compiled, Source

DARK_ONLY = "@media (prefers-color-scheme: dark)"


def unsaved(source: Source, made: Compiled) -> TemplateVersion:
    """A version that exists only for a preview."""
    return TemplateVersion(
        language=source.language,
        subject=source.subject,
        preheader=source.preheader,
        html=made.html,
        text=made.text,
        created_at=clock.now(),
    )


def data_of(version: TemplateVersion, customer: Customer | None) -> Mapping[str, object]:
    """Examples for every field; a customer's own values where there is one."""
    samples = sample_data(version.language)
    if customer is None:
        return samples
    return samples | data_for([customer.pk], version)[customer.pk]


def subject_of(version: TemplateVersion) -> str:
    """The subject with example values; as it is written where it cannot be filled."""
    try:
        template = liquid.parse(version.subject, version.language, escapes=False)
        return template.render(**sample_data(version.language))
    except FAILURES:
        return version.subject


def show(version: TemplateVersion, customer: Customer | None, look: str) -> HttpResponse:
    """The mail as the whole answer, for a frame; what fails is said there too."""
    try:
        mail = render(version, data_of(version, customer))
    except RenderFailed as failure:
        return explained([str(failure.__cause__)])
    if look == "text":
        return plain(f"{mail.subject}\n\n{mail.text}")
    return HttpResponse(_coloured(mail, look))


def explained(problems: list[str]) -> HttpResponse:
    """Why there is nothing to see."""
    return plain("\n\n".join(problems), status=422)


def plain(text: str, status: int = 200) -> HttpResponse:
    """Words alone."""
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)


def _coloured(mail: Rendered, look: str) -> str:
    """The HTML as in the dark or not, whatever the reader's own device prefers."""
    return mail.html.replace(DARK_ONLY, "@media all" if look == "dark" else "@media not all")
