"""Members of staff and branches, as small as they may be."""

import factory

from accounts.models import Branch, Role, User


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    username = factory.Sequence(lambda number: f"person{number}")
    name = factory.LazyAttribute(lambda user: user.username.title())
    role = Role.SUPPORT
    password = "!"


class BranchFactory(factory.django.DjangoModelFactory[Branch]):
    class Meta:
        model = Branch

    name = factory.Sequence(lambda number: f"Branch {number}")
