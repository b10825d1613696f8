"""Senders: listed, looked at, added, changed, put away, stopped, started, tried out."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from messaging.forms.sender import SenderForm, initial_of
from messaging.models import Sender, StopKind
from messaging.outbox_access import get_sender
from messaging.preflight import lines_of
from messaging.progress import meter_of
from messaging.sender_words import (
    WINDOWS,
    changed_fields,
    keys_of,
    trial_words,
    way_of,
)
from messaging.services.sender_settings import (
    ChangedMeanwhile,
    add_sender,
    archive_sender,
    change_sender,
    restore_sender,
)
from messaging.services.sender_trials import Trial, check_connection, send_sample
from messaging.services.senders import start_sender, stop_sender


def senders(request: StaffRequest) -> HttpResponse:
    """All senders with their state; those put away below."""
    rows = [(sender, way_of(sender)) for sender in Sender.objects.all()]
    context = {
        "rows": [row for row in rows if not row[0].archived_at],
        "put_away": [row for row in rows if row[0].archived_at],
        "may_edit": _may_edit(request),
    }
    return render(request, "messaging/senders.html", context)


def sender(request: StaffRequest, pk: int) -> HttpResponse:
    """One sender: how it sends, how fast, and what came of trials."""
    return _page(request, get_sender(request, pk))


def _page(request: StaffRequest, found: Sender, trial: Trial | None = None) -> HttpResponse:
    context = {
        "sender": found,
        "way": way_of(found),
        "keys": keys_of(found),
        "trial": trial and trial_words(trial, found),
        "may_edit": _may_edit(request),
        **_meter(found),
    }
    return render(request, "messaging/sender.html", context)


def _may_edit(request: StaffRequest) -> bool:
    return policy.may(request.user.role, "messaging:sender_edit", "POST")


def _meter(found: Sender) -> dict[str, Any]:
    return {"meter": meter_of(found, clock.now()), "windows": WINDOWS, "sender": found}


def sender_meter(request: StaffRequest, pk: int) -> HttpResponse:
    """What was sent against the limits, as a piece that asks for itself while something moves."""
    return render(request, "messaging/_sender_meter.html", _meter(get_sender(request, pk)))


def sender_dns(request: StaffRequest, pk: int) -> HttpResponse:
    """What DNS says of the sender's domain, as a piece: it takes a moment."""
    return render(request, "messaging/_checks.html", {"lines": lines_of(get_sender(request, pk))})


def sender_new(request: StaffRequest) -> HttpResponse:
    """One more sender."""
    form = SenderForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = add_sender(
                actor=request.user,
                values=form.values(),
                password=form.password_change(),
                now=clock.now(),
            )
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("The sender is added. Try it out now."))
            return redirect("messaging:sender", made.pk)
    return _form_page(request, None, form)


def sender_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a sender; who saved in between is not overwritten in silence."""
    found = get_sender(request, pk)
    form = SenderForm(posted(request), initial=initial_of(found))
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, found, form)
    try:
        change_sender(
            actor=request.user,
            sender=found,
            values=form.values(),
            password=form.password_change(),
            version=form.cleaned_data["version"],
            now=clock.now(),
        )
    except ChangedMeanwhile as refused:
        return _conflict(request, form, refused)
    except Refused as refused:
        form.add_error(refused.field, refused.message)
        return _form_page(request, found, form)
    messages.success(request, _("The sender is saved. What is under way is not touched."))
    return redirect("messaging:sender", found.pk)


def _conflict(request: StaffRequest, form: SenderForm, refused: ChangedMeanwhile) -> HttpResponse:
    """The form as it was typed, with what stands now beside it; sent again it wins."""
    meanwhile = list(changed_fields(form, refused.present))
    form.renew(refused.present.version)
    form.add_error(None, refused.message)
    return _form_page(request, refused.present, form, meanwhile, status=409)


def _form_page(
    request: StaffRequest,
    found: Sender | None,
    form: SenderForm,
    meanwhile: list[tuple[str, str]] | None = None,
    status: int = 0,
) -> HttpResponse:
    context = {"form": form, "sender": found, "meanwhile": meanwhile}
    status = status or (422 if form.errors else 200)
    return render(request, "messaging/sender_form.html", context, status=status)


def sender_check(request: StaffRequest, pk: int) -> HttpResponse:
    """Try the connection alone."""
    found = get_sender(request, pk)
    return _page(request, found, check_connection(actor=request.user, sender=found))


def sender_test(request: StaffRequest, pk: int) -> HttpResponse:
    """A test mail to whoever asks."""
    found = get_sender(request, pk)
    try:
        trial = send_sample(actor=request.user, sender=found, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("messaging:sender", found.pk)
    return _page(request, found, trial)


def sender_stop(request: StaffRequest, pk: int) -> HttpResponse:
    """Let it send nothing until somebody starts it again."""
    found = get_sender(request, pk)
    stop_sender(actor=request.user, sender=found, kind=StopKind.PERSON, now=clock.now())
    messages.success(request, _("%(name)s sends nothing from its next mail on.") % _named(found))
    return redirect("messaging:sender", found.pk)


def sender_start(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a sender that stands still send again."""
    found = get_sender(request, pk)
    start_sender(actor=request.user, sender=found, now=clock.now())
    messages.success(request, _("The sender sends again."))
    return redirect("messaging:sender", found.pk)


def sender_archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Put it away; the toast takes it back."""
    found = get_sender(request, pk)
    undo = f"undo:{reverse('messaging:sender_restore', args=[pk])}"

    def act() -> None:
        archive_sender(actor=request.user, sender=found, now=clock.now())

    done = _("%(name)s is put away.") % _named(found)
    return _try(request, found, act, done, undo)


def sender_restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Take it out again."""
    found = get_sender(request, pk)

    def act() -> None:
        restore_sender(actor=request.user, sender=found)

    return _try(request, found, act, _("%(name)s is there again.") % _named(found))


def _try(
    request: StaffRequest, found: Sender, act: Callable[[], None], done: str, undo: str = ""
) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("messaging:sender", found.pk)
    messages.success(request, done, extra_tags=undo)
    return redirect("messaging:senders")


def _named(found: Sender) -> dict[str, str]:
    return {"name": found.name}
