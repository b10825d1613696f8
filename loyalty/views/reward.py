"""The catalogue of rewards: looked at, made, changed, put away."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.access import visible_segments
from customers.views.customer import add_refusal
from loyalty.access import get_reward
from loyalty.catalogue import catalogue, name_of
from loyalty.forms.reward import RewardForm, reward_fields
from loyalty.models import Reward, RewardPicture
from loyalty.rules.pictures import MEDIA_TYPE
from loyalty.services.programmes import get_programme
from loyalty.services.rewards import archive_reward, restore_reward, save_reward

PAGE = "loyalty:rewards"


def rewards(request: StaffRequest) -> HttpResponse:
    """All rewards as cards; those that are put away by `?state=away`."""
    away = request.GET.get("state") == "away"
    today = clock.local_date(clock.now(), request.shop.zone)
    states = [
        {"label": _("Offered"), "href": reverse(PAGE), "current": not away},
        {
            "label": pgettext("state", "Put away"),
            "href": f"{reverse(PAGE)}?state=away",
            "current": away,
        },
    ]
    context = {
        "cards": catalogue(get_programme(), is_put_away=away, today=today),
        "away": away,
        "states": states,
        "may_edit": policy.may(request.user.role, "loyalty:reward_edit", "POST"),
    }
    return render(request, "loyalty/rewards.html", context)


def reward_new(request: StaffRequest) -> HttpResponse:
    """One more reward."""
    return _form_page(request, None)


def reward_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a reward; what was claimed keeps what it cost."""
    return _form_page(request, get_reward(request, pk))


def _form_page(request: StaffRequest, reward: Reward | None) -> HttpResponse:
    files = request.FILES if request.method == "POST" else None
    segments = visible_segments(request)
    initial = reward_fields(reward) if reward else None
    form = RewardForm(posted(request), files, initial=initial, segments=segments)
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(request, reward, form)
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": name_of(saved)})
            return redirect(PAGE)
    has_picture = bool(reward) and RewardPicture.objects.filter(reward=reward).exists()
    context: dict[str, Any] = {"form": form, "reward": reward, "has_picture": has_picture}
    status = 422 if form.errors else 200
    return render(request, "loyalty/reward_form.html", context, status=status)


def _save(request: StaffRequest, reward: Reward | None, form: RewardForm) -> Reward:
    return save_reward(
        actor=request.user,
        programme=get_programme(),
        reward=reward,
        terms=form.terms(),
        now=clock.now(),
        picture=form.cleaned_data["picture"],
        without_picture=form.cleaned_data["without_picture"],
        version=form.cleaned_data["version"] or 1,
    )


def reward_picture(request: StaffRequest, pk: int) -> HttpResponse:
    """The picture; its address changes with it, so a browser may keep it."""
    row = RewardPicture.objects.filter(reward=get_reward(request, pk)).first()
    if row is None:
        raise Http404
    answer = HttpResponse(bytes(row.content), content_type=MEDIA_TYPE)
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


def reward_archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Put it away; the toast takes that back."""
    reward = get_reward(request, pk)
    archive_reward(actor=request.user, reward=reward, now=clock.now())
    undo = reverse("loyalty:reward_restore", args=[pk])
    text = _("“%(name)s” is put away.") % {"name": name_of(reward)}
    messages.success(request, text, extra_tags=f"undo:{undo}")
    return redirect(PAGE)


def reward_restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer it again."""
    reward = get_reward(request, pk)
    restore_reward(actor=request.user, reward=reward)
    messages.success(request, _("“%(name)s” is offered again.") % {"name": name_of(reward)})
    return redirect(PAGE)
