"""What loyalty puts into the registries."""

from core import privacy
from core.demo import demo_parts, left_empty
from core.guards import append_only_tables, frozen_columns
from core.jobs import due_jobs
from customers.merging import OnMerge
from customers.merging import register as register_merge
from customers.observers import purchase_observers
from customers.payments import part_payments
from loyalty import (  # noqa: F401
    approval_registrations,
    card_registrations,
    challenge_registrations,
    cost_registrations,
    coupon_registrations,
    deed_segments,
    demo,
    earning_registrations,
    leaderboard_registrations,
    models,
    page_registrations,
    part_payment,
    referral_registrations,
    reward_registrations,
    segments,
    telling_registrations,
    tier_registrations,
)
from loyalty.services.awarding import AWARD_JOB
from loyalty.services.marking import AWARD_JOB_KEY, mark_purchases
from loyalty.services.settling import SETTLE_JOB

due_jobs.register(AWARD_JOB_KEY, AWARD_JOB)
due_jobs.register("settle-points", SETTLE_JOB)
purchase_observers.register("loyalty", mark_purchases)
for table in ("loyalty_operation", "loyalty_transfer", "loyalty_eventreward", "loyalty_ruleuse"):
    append_only_tables.register(table, table)
# What transfers cannot tell is kept from changing: whose it is, what of, until when.
frozen_columns.register(
    "loyalty_lot", ("account_id", "operation_id", "order", "matures_at", "expires_at")
)
frozen_columns.register("loyalty_hold", ("account_id", "operation_id", "order", "expires_at"))
frozen_columns.register(
    "loyalty_award",
    (
        *("programme_id", "account_id", "operation_id", "order", "lot_id", "amount_minor"),
        *("currency", "terms"),
    ),
)

register_merge("loyalty.Account", "customer", OnMerge.JOIN)
register_merge("loyalty.AwardMark", "customer", OnMerge.DERIVE)
privacy.register(models.AwardMark, owner="customer", delete_row=True)
privacy.register(
    models.Programme,
    owner=None,
    impersonal=[
        *("key", "name", "kind", "currency", "rounding", "expiry", "debt_policy"),
        *("started_at", "on_since"),
    ],
)
privacy.register(
    models.Account, owner="customer", detach=["customer"], impersonal=["chain", "settled_at"]
)
privacy.register(
    models.Operation,
    owner="account__customer",
    impersonal=[
        *("key", "fingerprint", "kind", "actor", "order", "terms", "result"),
        *("at", "recorded_at"),
    ],
)
privacy.register(models.OperationNote, owner="operation__account__customer", delete_row=True)
privacy.register(
    models.Lot,
    owner="account__customer",
    impersonal=["order", "state", "matures_at", "expires_at"],
)
privacy.register(
    models.Transfer,
    owner="account__customer",
    impersonal=["source", "target", "at", "recorded_at", "hash"],
)
privacy.register(
    models.Hold, owner="account__customer", impersonal=["order", "state", "expires_at"]
)
privacy.register(models.HoldPart, owner="hold__account__customer")
privacy.register(models.Award, owner="account__customer", impersonal=["order", "currency", "terms"])
privacy.register(models.Tender, owner="account__customer", impersonal=["order"])
part_payments.register("units", part_payment.UNITS)
privacy.register(models.AccountJoin, owner="source__customer", impersonal=["at", "undone_at"])
privacy.register(models.LotSuccessor, owner="lot__account__customer")
left_empty.register("loyalty.AccountJoin", "nobody of the demo has two files")
left_empty.register("loyalty.LotSuccessor", "nobody of the demo has two files")
demo_parts.register("loyalty", demo.PART)
left_empty.register("loyalty.Tender", "the demo's customers pay with money")
left_empty.register("loyalty.AwardMark", "taken away as soon as the purchases are looked at")
