"""What the leaderboard puts into the registries."""

from accounts import policy
from core import privacy
from core.demo import demo_parts
from core.jobs import due_jobs
from customers.merging import OnMerge
from customers.merging import register as register_merge
from loyalty import leaderboard_demo, models
from loyalty.services.leaderboard import BOARD_JOB, JOB_KEY

due_jobs.register(JOB_KEY, BOARD_JOB)
register_merge("loyalty.LeaderboardScore", "customer", OnMerge.DERIVE)
register_merge("loyalty.LeaderboardOptOut", "customer", OnMerge.MOVE_OR_DROP)
privacy.register(models.Leaderboard, owner=None, impersonal=["measure", "span"])
privacy.register(models.LeaderboardScore, owner="customer", delete_row=True)
privacy.register(models.LeaderboardOptOut, owner="customer", delete_row=True)
demo_parts.register("leaderboard", leaderboard_demo.PART)

policy.register("loyalty:leaderboard", read=policy.EVERYONE, write=policy.MARKETING_UP)
policy.register("loyalty:leaderboard_leave", "loyalty:leaderboard_join", write=policy.SUPPORT_UP)
