"""The shop's rules for mails that nobody asked for: quiet hours and caps, of classes and topics."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from core.services import audit
from core.services.jobs import wake
from messaging.models import MailingRules, Message, MessageState, Reason, TopicCap
from messaging.rules.caps import Cap
from messaging.services.sends import SEND_JOB_KEY

FIELDS = (
    *("quiet_hours_on", "quiet_begin", "quiet_end"),
    *("cap_amount", "cap_hours", "survey_cap_amount", "survey_cap_hours"),
)


@transaction.atomic
def change_mailing_rules(
    *,
    actor: User,
    values: Mapping[str, Any],
    topics: Mapping[str, Cap],
    version: int,
    now: datetime,
) -> MailingRules:
    """Change the rules; they hold from the next claim on, for what is planned already too: what
    waited for the old ones is due, and is judged anew. A topic whose cap has the amount 0, or that
    is not named, has none. Audited with what it was and what it is. Refuses a version that is not
    the newest, and locks the row."""
    rules, _made = MailingRules.objects.select_for_update().get_or_create(pk=1)
    if rules.version != version:
        raise Refused(
            _("Somebody changed this meanwhile. Nothing is saved; your text is still here.")
        )
    before = _as_said(rules)
    for name in FIELDS:
        setattr(rules, name, values[name])
    rules.version += 1
    rules.save()
    _save_topics(topics)
    after = _as_said(rules)
    changed = {name: [before.get(name), after.get(name)] for name in {*before, *after}}
    details = {name: pair for name, pair in sorted(changed.items()) if pair[0] != pair[1]}
    audit.record(actor=actor, action="mailing_rules.changed", target=rules, details=details)
    if details:
        _judge_anew(now)
    return rules


def _judge_anew(now: datetime) -> None:
    """Let what waits for quiet hours or for a cap come before the gate once more."""
    waits = Message.objects.filter(state=MessageState.QUEUED, next_at__gt=now)
    waits.filter(reason__in=(Reason.QUIET_HOURS, Reason.CAP)).update(next_at=now)
    transaction.on_commit(lambda: wake(SEND_JOB_KEY))


def _save_topics(topics: Mapping[str, Cap]) -> None:
    TopicCap.objects.all().delete()
    rows = [
        TopicCap(topic=key, amount=cap.amount, hours=int(cap.window.total_seconds()) // 3600)
        for key, cap in topics.items()
        if cap.amount
    ]
    TopicCap.objects.bulk_create(rows)


def _as_said(rules: MailingRules) -> dict[str, str]:
    """The rules as the audit trail keeps them."""
    topics = {f"topic {row.topic}": f"{row.amount}/{row.hours} h" for row in TopicCap.objects.all()}
    return {name: str(getattr(rules, name)) for name in FIELDS} | topics
