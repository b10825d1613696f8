"""Loyalty's blocks of mails: points, what is within reach and saved for, the card, a coupon.

Each shows nothing where there is nothing to show, so that it can stand in any mail.
"""

from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.blocks import MailBlock, mail_blocks
from messaging.rules.liquid_filters import forms_of

# "point" after 1, 2 and 5, as templates give plural forms.
POINT_FORMS = {
    "en": ("point", "points"),
    "pl": ("punkt", "punkty", "punktów"),
    "cs": ("bod", "body", "bodů"),
    "ro": ("punct", "puncte", "de puncte"),
}
CELL = "padding: 8px 0; border-top: 1px solid #E3E0D8"
NUMBER = "padding: 8px 0 8px 16px; border-top: 1px solid #E3E0D8; white-space: nowrap"
STEP = "padding: 0; font-size: 6px; line-height: 8px"


def _section(inner: str) -> str:
    return f"<mj-section><mj-column>{inner}</mj-column></mj-section>"


def _points(field: str, language: str) -> str:
    """'340 points', in Liquid."""
    forms = POINT_FORMS.get(language, POINT_FORMS["en"])[: len(forms_of(language))]
    words = ", ".join(f"'{form}'" for form in forms)
    return f"{{{{ {field} | number }}}} {{{{ {field} | plural: {words} }}}}"


def points(language: str) -> str:
    """What can be spent, and what lapses next."""
    with translation.override(language):
        have = escape(_("Your points"))
        until = escape(_("to use through {day}"))
    day = until.replace("{day}", "{{ points_expire_on | date }}")
    lapsing = _points("points_expiring", language)
    return _section(
        f'<mj-text mj-class="note">{have}</mj-text>'
        '<mj-text mj-class="figure">{{ points_balance | number }}</mj-text>'
        '<mj-text mj-class="note">{% if points_expire_on %}'
        f"{lapsing} {day}{{% endif %}}</mj-text>"
    )


def rewards(language: str) -> str:
    """What can be had now, with what it costs."""
    with translation.override(language):
        title = escape(_("Within your reach"))
    row = (
        f'<tr><td style="{CELL}">{{{{ reward.name }}}}</td>'
        f'<td align="right" style="{NUMBER}">{_points("reward.cost", language)}</td></tr>'
    )
    return _section(
        f"{{% if rewards_in_reach != blank %}}<mj-text><strong>{title}</strong></mj-text>"
        f"<mj-table>{{% for reward in rewards_in_reach %}}{row}{{% endfor %}}</mj-table>"
        "{% endif %}"
    )


def goal(language: str) -> str:
    """What is saved for, and how far it is."""
    with translation.override(language):
        title = escape(_("You are saving for: {reward}"))
        there = escape(_("You have enough points for it."))
        left = escape(_("{points} to go"))
    gone, to_go = (
        f'<td bgcolor="{color}" width="10%" style="{STEP}">&#160;</td>'
        for color in ("#1F6B4F", "#E3E0D8")
    )
    steps = (
        "{% for step in reward_goal.steps %}{% if step.gone %}"
        f"{gone}{{% else %}}{to_go}{{% endif %}}{{% endfor %}}"
    )
    named = title.replace("{reward}", "{{ reward_goal.name }}")
    missing = left.replace("{points}", _points("reward_goal.missing", language))
    return _section(
        f"{{% if reward_goal %}}<mj-text><strong>{named}</strong></mj-text>"
        f"<mj-table><tr>{steps}</tr></mj-table>"
        '<mj-text mj-class="note">{% if reward_goal.missing > 0 %}'
        f"{missing}{{% else %}}{there}{{% endif %}}</mj-text>{{% endif %}}"
    )


def card(language: str) -> str:
    """The number of the card, and the link to it."""
    with translation.override(language):
        title, show = escape(_("Your card")), escape(_("Show the card"))
    return _section(
        f'{{% if card_number != blank %}}<mj-text mj-class="note">{title}</mj-text>'
        '<mj-text mj-class="figure">{{ card_number }}</mj-text>'
        f'<mj-button href="{{{{ card_url }}}}">{show}</mj-button>{{% endif %}}'
    )


def coupon(language: str) -> str:
    """The code that the mail brings, what it gives and how long."""
    with translation.override(language):
        until = escape(_("Valid through {day}"))
    day = until.replace("{day}", "{{ coupon_through | date }}")
    return _section(
        '{% if coupon_code != blank %}<mj-text mj-class="note">{{ coupon_gives }}</mj-text>'
        '<mj-text mj-class="figure">{{ coupon_code }}</mj-text>'
        f'<mj-text mj-class="note">{{% if coupon_through %}}{day}{{% endif %}}</mj-text>'
        "{% endif %}"
    )


def register_blocks() -> None:
    """Put loyalty's blocks into the registry."""
    for name, label, purpose, mjml in (
        ("points", gettext_lazy("Points"), gettext_lazy("what can be spent, what expires"), points),
        (
            "rewards",
            gettext_lazy("Rewards within reach"),
            gettext_lazy("what can be had for the points"),
            rewards,
        ),
        (
            "goal",
            gettext_lazy("The reward that is saved for"),
            gettext_lazy("how far it is, as a bar"),
            goal,
        ),
        ("card", gettext_lazy("Card"), gettext_lazy("its number and a button to show it"), card),
        (
            "coupon",
            gettext_lazy("Coupon"),
            gettext_lazy("the code that the mail brings"),
            coupon,
        ),
    ):
        mail_blocks.register(name, MailBlock(label, purpose, mjml))
