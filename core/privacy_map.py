"""How core's own models are classed for erasure and export."""

from core import privacy
from core.models import AuditEntry, JobState, RateLimit, Shop

privacy.register(
    AuditEntry,
    owner=None,
    impersonal=["at", "actor", "action", "object_type", "object_id", "details", "seal"],
)
privacy.register(
    JobState,
    owner=None,
    impersonal=["key", "next_at", "lease_until", "last_ran_at", "last_error"],
)
privacy.register(RateLimit, owner=None, impersonal=["key", "ends_at"])
privacy.register(Shop, owner=None, impersonal=["name", "timezone", "currency", "language", "color"])
