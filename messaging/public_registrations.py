"""The pages for customers in the policy table: open to everybody, each by its signed link; and
the job that sends the links of double opt-in."""

from accounts import policy
from core.jobs import due_jobs
from messaging.services.confirmations import CONFIRM_JOB

policy.register(
    "messaging:shop_style",
    "messaging:unsubscribe",
    "messaging:one_click",
    "messaging:undo",
    "messaging:preferences",
    "messaging:preferences_pause",
    "messaging:preferences_resume",
    "messaging:preferences_leave",
    "messaging:preferences_return",
    "messaging:confirm",
    "messaging:confirm_renew",
    public=True,
)
due_jobs.register("messaging.confirm", CONFIRM_JOB)
