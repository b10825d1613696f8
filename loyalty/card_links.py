"""The link to a card's page for phones: a signed word of the card's id. It works until the card is
replaced, and is worth nothing for anything else."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from core.signing import BadToken, make_token, read_token
from loyalty.models import MemberCard

PURPOSE = "card"


def card_token(card: MemberCard) -> str:
    """The word in the address of the card's page."""
    return make_token(PURPOSE, [card.pk])


def card_url(card: MemberCard) -> str:
    """The address of the card's page, to send or to open on the customer's phone."""
    return f"{settings.PUBLIC_URL}{reverse('loyalty:phone_card', args=[card_token(card)])}"


def read_card_link(token: str, now: datetime) -> MemberCard:
    """The valid card behind a link; raises `BadToken`."""
    match read_token(PURPOSE, token, now=now):
        case [int(pk)]:
            found = MemberCard.objects.filter(pk=pk, ended_at=None).select_related("customer")
            if card := found.first():
                return card
    raise BadToken("no such card")
