"""What coupons put into the registries."""

from core import privacy
from core.demo import demo_parts
from core.jobs import due_jobs
from customers.merging import OnMerge
from customers.merging import register as register_merge
from loyalty import coupon_demo, coupon_page_registrations, models  # noqa: F401
from loyalty.services.coupon_expiry import EXPIRE_JOB

due_jobs.register("expire-coupons", EXPIRE_JOB)

register_merge("loyalty.CouponCode", "customer", OnMerge.MOVE)
register_merge("loyalty.CouponUse", "customer", OnMerge.MOVE)
register_merge("loyalty.CouponCounter", "customer", OnMerge.JOIN)
privacy.register(
    models.CouponCampaign,
    owner=None,
    impersonal=[
        *("name", "kind", "currency", "gift", "item", "starts_at", "ends_at", "customer_per"),
        *("total_per", "group", "state", "created_at"),
    ],
)
privacy.register(models.CouponTally, owner=None)
privacy.register(
    models.CouponCode,
    owner="customer",
    detach=["customer"],
    impersonal=[
        *("code", "typed", "batch", "given_key", "given_at", "expires_at", "withdrawn_at"),
        "created_at",
    ],
)
privacy.register(
    models.CouponUse,
    owner="customer",
    detach=["customer"],
    impersonal=[
        *("order", "state", "currency", "lines", "fingerprint", "customer_period"),
        *("total_period", "actor", "reserved_at", "expires_at", "ended_at"),
    ],
)
privacy.register(models.CouponCounter, owner="customer", delete_row=True)
demo_parts.register("coupons", coupon_demo.PART)
