"""The demo shop's rewards, with pictures drawn here; some claimed, some saved for."""

import random
from datetime import datetime, timedelta
from io import BytesIO

from django.db import transaction
from PIL import Image, ImageDraw

from accounts.models import User
from core.demo import DemoPart
from loyalty.models import Account, Reward
from loyalty.rules.periods import Period
from loyalty.rules.pictures import draw_anew
from loyalty.services.claiming import claim_reward, hand_over, make_ready
from loyalty.services.programmes import get_programme
from loyalty.services.rewards import RewardTerms, save_for, save_reward

Texts = tuple[str, ...]
Row = tuple[Texts, Texts, tuple[int, int | None, int | None, Period], tuple[str, str]]
CLAIMANTS, SAVERS = 12, 30
# Names in four languages, a line about each in English and Polish, what it costs, how many there
# are, how often one may have it, and the colours of its picture.
REWARDS: tuple[Row, ...] = (
    (
        ("Postcard and a sticker", "Pocztówka i naklejka", "Pohlednice a samolepka", "Vedere"),
        ("For the fridge.", "Na lodówkę."),
        (40, None, None, Period.EVER),
        ("#F4E7C8", "#C77D3A"),
    ),
    (
        ("Enamel mug", "Kubek emaliowany", "Smaltovaný hrnek", "Cană emailată"),
        ("350 ml, evergreen.", "350 ml, zielony."),
        (150, 24, 2, Period.YEAR),
        ("#DDEBE2", "#2E6B4F"),
    ),
    (
        ("Bag of coffee", "Paczka kawy", "Balíček kávy", "Pungă de cafea"),
        ("250 g, roasted in town.", "250 g, palona na miejscu."),
        (220, 9, 1, Period.MONTH),
        ("#EADFD6", "#6B4026"),
    ),
    (
        ("Pottery class", "Warsztaty garncarskie", "Kurz hrnčířství", "Atelier de olărit"),
        ("Two hours at the wheel.", "Dwie godziny przy kole."),
        (900, 4, 1, Period.EVER),
        ("#E3E8F2", "#3F5E8C"),
    ),
)
LANGUAGES = ("en", "pl", "cs", "ro")


@transaction.atomic
def make_rewards(chance: random.Random, now: datetime) -> None:
    """A catalogue, the claims of some members, and what others save for."""
    rewards = [_reward(row, now) for row in REWARDS]
    cheap, dear = rewards[0], rewards[-1]
    programme = get_programme()
    members = Account.objects.filter(programme=programme, available__gte=cheap.cost, debt=0)
    people = members.exclude(customer=None).select_related("customer").order_by("-available", "pk")
    for place, account in enumerate(people[: CLAIMANTS + SAVERS]):
        assert account.customer is not None
        if place < CLAIMANTS:
            within = [reward for reward in rewards if reward.cost <= account.available]
            _claim(place, account, chance.choice(within), now)
        else:
            goal = dear if place % 3 else rewards[1]
            save_for(actor=None, customer=account.customer, reward=goal, now=now)


def _reward(row: Row, now: datetime) -> Reward:
    names, lines, (cost, stock, limit, period), colours = row
    terms = RewardTerms(
        names=dict(zip(LANGUAGES, names, strict=True)),
        descriptions=dict(zip(LANGUAGES, lines, strict=False)),
        cost=cost,
        stock=stock,
        seen_stock=None,
        limit_each=limit,
        limit_period=period,
        segment=None,
        starts_on=None,
        ends_on=None,
    )
    return save_reward(
        actor=User.objects.get(username="marketer"),
        programme=get_programme(),
        reward=None,
        terms=terms,
        now=now - timedelta(days=40),
        picture=draw_anew(_drawing(*colours)),
    )


def _drawing(ground: str, figure: str) -> bytes:
    """A pot on a shelf, in two colours."""
    sheet = Image.new("RGB", (640, 480), ground)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 400, 640, 412), fill=figure)
    pen.rounded_rectangle((220, 190, 420, 400), radius=60, fill=figure)
    pen.rectangle((200, 170, 440, 205), fill=figure)
    pen.ellipse((400, 230, 500, 340), outline=figure, width=22)
    out = BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _claim(place: int, account: Account, reward: Reward, now: datetime) -> None:
    clerk = User.objects.get(username="support")
    assert account.customer is not None
    at = now - timedelta(minutes=30 * (CLAIMANTS - place))
    done = claim_reward(actor=clerk, customer=account.customer, reward=reward, now=at)
    claim = done.operation.claim
    if place % 3 == 1:
        make_ready(actor=clerk, claim=claim, now=at)
    elif place % 3 == 2:
        hand_over(actor=clerk, claim=claim, now=at)


_FILLED = ("Reward", "RewardPicture", "RewardClaim", "SavingGoal", "Told")
PART = DemoPart(make_rewards, frozenset(f"loyalty.{name}" for name in _FILLED), order=52)
