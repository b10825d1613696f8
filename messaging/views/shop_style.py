"""The shop's colour as a style sheet of three lines, since pages carry no inline style."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from core.colors import text_on
from core.services.shop import get_shop


@csrf_exempt
@require_safe
def shop_style(request: HttpRequest) -> HttpResponse:
    """Custom properties: the shop's colour, and what can be read on it."""
    color = get_shop().color
    sheet = f":root{{--brand:{color};--on-brand:{text_on(color)}}}\n"
    return HttpResponse(sheet, content_type="text/css; charset=utf-8")
