"""Frozen terms of an award as JSON, and back."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from loyalty.models import Programme
from loyalty.rules.award import Bonus, LineTerms, Rounding, Terms


def plain_terms(programme: Programme, amount_minor: int) -> Terms:
    """The programme's own terms for an order of which everything counts."""
    rate = Fraction(programme.earn_units, programme.earn_minor)
    return Terms((LineTerms(amount_minor, rate),), Rounding(programme.rounding))


def as_json(terms: Terms) -> dict[str, Any]:
    """The terms as they are frozen: rates as numerator and denominator, never as floats."""
    return {
        "lines": [
            [line.basis_minor, line.rate.numerator, line.rate.denominator] for line in terms.lines
        ],
        "rounding": str(terms.rounding),
        "bonuses": [[bonus.from_minor, bonus.units] for bonus in terms.bonuses],
        "most": terms.most,
        "rules": [list(name) for name in terms.rules],
    }


def from_json(frozen: Mapping[str, Any]) -> Terms:
    """The terms that `as_json` froze."""
    return Terms(
        lines=tuple(LineTerms(basis, Fraction(num, den)) for basis, num, den in frozen["lines"]),
        rounding=Rounding(frozen["rounding"]),
        bonuses=tuple(Bonus(*bonus) for bonus in frozen["bonuses"]),
        most=frozen["most"],
        # Terms frozen before there were rules name none.
        rules=tuple((rule, version) for rule, version in frozen.get("rules", ())),
    )
