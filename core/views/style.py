"""The style page: every component in every state, for whoever builds or reviews."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.views.specimens import specimens

THEMES = ("light", "dark")


@require_safe
def style_page(request: HttpRequest) -> HttpResponse:
    """All components; `?theme=light` or `dark` shows them so, whatever the reader's own theme."""
    theme = request.GET.get("theme", "")
    context = specimens() | {"theme": theme if theme in THEMES else ""}
    return render(request, "core/style.html", context)
