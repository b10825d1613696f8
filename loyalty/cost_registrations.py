"""What the programme costs, in the registries."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from core import privacy
from core.demo import left_empty
from core.jobs import due_jobs
from core.navigation import Link
from loyalty import cost_rows, models
from loyalty.cost_sources import CostSource, cost_sources
from loyalty.services.summing import SUM_JOB
from loyalty.tabs import loyalty_tabs

PAGES = ("loyalty:cost", "loyalty:cost_movements", "loyalty:cost_lapsing")
policy.register(*PAGES, "loyalty:cost_csv", read=policy.EVERYONE)
loyalty_tabs.register("cost", Link(_("Costs"), "loyalty:cost", "cash-stack", 90, sections=PAGES))
cost_sources.register("rules", CostSource(_("Rules"), 10, cost_rows.rules))
cost_sources.register("rewards", CostSource(_("Rewards"), 20, cost_rows.rewards))
cost_sources.register("coupons", CostSource(_("Coupons"), 30, cost_rows.coupons))
due_jobs.register("sum-points", SUM_JOB)
privacy.register(models.MonthFlow, owner=None, impersonal=["source", "target"])
privacy.register(models.FlowMark, owner=None, impersonal=["seen_at", "zone"])
privacy.register(models.RuleUse, owner="operation__account__customer")
for model in ("loyalty.MonthFlow", "loyalty.FlowMark"):
    left_empty.register(model, "summed up by a job; the page adds what is not summed yet")
