"""What several panels of a customer's page tell of, read once for the page."""

from customers.panels import Scene
from loyalty.balances import book_of
from loyalty.models import Programme, TierStanding
from loyalty.rules.book import Book
from loyalty.services.programmes import get_programme
from loyalty.tiers import Ladder, read_ladder


def programme_of(scene: Scene) -> Programme:
    """The programme of points."""
    return scene.once(get_programme)


def points_of(scene: Scene) -> Book:
    """The customer's points, settled in memory; to be read only."""
    return scene.once(_points, scene)


def ladder_of(scene: Scene) -> Ladder:
    """The shop's tiers."""
    return scene.once(_ladder, scene)


def tier_standing_of(scene: Scene) -> TierStanding | None:
    """Where the customer stands among them."""
    return scene.once(_tier_standing, scene)


def _points(scene: Scene) -> Book:
    return book_of(customer=scene.customer, programme=programme_of(scene), now=scene.now)


def _ladder(scene: Scene) -> Ladder:
    return read_ladder(programme_of(scene), scene.shop.zone)


def _tier_standing(scene: Scene) -> TierStanding | None:
    return TierStanding.objects.filter(customer=scene.customer).first()
