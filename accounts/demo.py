"""The demo team: one person per role, and three branches."""

import random
from datetime import datetime

from django.conf import settings

from accounts.models import Role, User
from accounts.services.branches import save_branch
from accounts.services.people import add_user, new_password
from core.services.shop import change_shop, get_shop

PEOPLE = [
    ("support", Role.SUPPORT, "Support desk"),
    ("marketer", Role.MARKETER, "Marketing"),
    ("manager", Role.MANAGER, "Manager"),
    ("admin", Role.ADMIN, "Administrator"),
]
SHOP_NAME = "Clay & Leaf"
BRANCHES = ["Gdańsk", "Brno", "Cluj-Napoca"]


def demo_password() -> str:
    """DEMO_PASSWORD, or a new one that is printed at the first start."""
    return settings.DEMO_PASSWORD or new_password()


def add_admin(password: str) -> User:
    """The one person of an installation without a demo shop."""
    return add_user(
        actor=None,
        username="admin",
        role=Role.ADMIN,
        name="Administrator",
        password=password,
        must_change_password=False,
    )


def make_team(chance: random.Random, now: datetime) -> None:
    """The three other roles; `admin` is there already. All share the administrator's password."""
    admin = User.objects.get(username="admin")
    shop = get_shop()
    change_shop(
        actor=admin,
        name=SHOP_NAME,
        timezone=shop.timezone,
        currency=shop.currency,
        language=shop.language,
    )
    for username, role, name in PEOPLE[:3]:
        person = add_user(
            actor=None,
            username=username,
            role=role,
            name=name,
            email=f"{username}@example.com",
            password=new_password(),
            must_change_password=False,
        )
        User.objects.filter(pk=person.pk).update(password=admin.password)
    for name in BRANCHES:
        save_branch(actor=None, name=name)
