from core.models.audit import AuditEntry
from core.models.job import JobState
from core.models.limit import RateLimit
from core.models.shop import Shop

__all__ = ["AuditEntry", "JobState", "RateLimit", "Shop"]
