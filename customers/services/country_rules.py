"""Countries where birthday mails or surveys need no consent beforehand, and why."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from core.services import audit
from core.text import squeeze
from customers.models import CountryRule

LONGEST_REASON = 255


@transaction.atomic
def set_country_rule(
    *,
    actor: User | None,
    country: str,
    birthday_needs_consent: bool,
    survey_needs_consent: bool,
    reason: str,
    now: datetime,
) -> CountryRule:
    """Set what a country (ISO 3166 alpha-2) asks for, with the reason; audited with both."""
    reason = squeeze(reason)
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(_("Write down why, for example who advised so and when."), field="reason")
    values = {
        "birthday_needs_consent": birthday_needs_consent,
        "survey_needs_consent": survey_needs_consent,
    }
    rule, _made = CountryRule.objects.update_or_create(
        country=country,
        defaults={**values, "reason": reason, "set_by": actor, "set_at": now},
    )
    details = {"country": country, "reason": reason, **values}
    audit.record(actor=actor, action="consent.country_rule", target=rule, details=details)
    return rule


@transaction.atomic
def remove_country_rule(*, actor: User | None, rule: CountryRule) -> None:
    """Back to the house's own rule, audited; one that is gone already changes nothing."""
    gone, _by_model = CountryRule.objects.filter(pk=rule.pk).delete()
    if gone:
        details = {"country": rule.country}
        audit.record(actor=actor, action="consent.country_rule_removed", details=details)
