"""First start: templates, an administrator, and a demo shop unless DEMO=0."""

import logging
import random
import time

from django.conf import settings

from accounts.demo import add_admin, demo_password
from accounts.models import User
from core import clock
from core.demo import demo_parts
from core.services.shop import get_shop
from messaging.services.default_templates import add_default_templates

logger = logging.getLogger(__name__)
SEED = 20_260_101


def make_demo_shop() -> float:
    """Fill the empty shop through the services, in floor order; returns the seconds it took."""
    began, now = time.monotonic(), clock.now()
    for part in sorted(demo_parts, key=lambda part: part.order):
        part.make(random.Random(SEED + part.order), now)  # noqa: S311 (demo data, not secrets)
    return time.monotonic() - began


def set_up() -> str | None:
    """Add the default templates that are missing, and on a database without people add them;
    returns their password then, else None."""
    get_shop()
    add_default_templates()
    if User.objects.exists():
        return None
    password = demo_password()
    add_admin(password)
    if settings.DEMO:
        make_demo_shop()
    return password
