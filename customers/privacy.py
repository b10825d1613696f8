"""How the customer file's fields are classed for erasure and export, and merged."""

from core import privacy
from customers import models
from customers.merging import OnMerge, register

privacy.register(
    models.Customer,
    owner="",
    blank=[
        "first_name",
        "last_name",
        "name_key",
        "timezone",
        "birth_year",
        "birth_month",
        "birth_day",
        "address",
        "city",
        "postcode",
        "notes",
        "found_us",
        "contact_hint",
    ],
    impersonal=[
        "language",
        "country",
        "preferred_channel",
        "joined_on",
        "created_at",
        "updated_at",
    ],
)
privacy.register(models.Identity, owner="customer", delete_row=True)
privacy.register(models.PossibleDuplicate, owner="first", delete_row=True)
privacy.register(models.Tag, owner=None, impersonal=["name", "key"])
privacy.register(models.CustomerTag, owner="customer", delete_row=True)
privacy.register(models.ImportantDate, owner="customer", delete_row=True)
privacy.register(
    models.ConsentEntry,
    owner="customer",
    blank=["address", "source_note"],
    impersonal=[
        "purpose",
        "action",
        "text",
        "text_hash",
        "language",
        "source",
        "occurred_at",
        "recorded_at",
    ],
)
privacy.register(
    models.Purchase,
    owner="customer",
    blank=["number"],
    detach=["customer"],
    impersonal=["source", "occurred_at", "currency", "status"],
)
privacy.register(
    models.PurchaseLine,
    owner="purchase__customer",
    impersonal=["product", "name", "category"],
)
privacy.register(
    models.Refund,
    owner="customer",
    blank=["number", "part", "refund_of"],
    detach=["customer"],
    impersonal=["source", "occurred_at", "currency", "status"],
)
privacy.register(models.PurchaseSummary, owner="customer", delete_row=True)
privacy.register(models.StaleSummary, owner="customer", delete_row=True)
privacy.register(models.Interaction, owner="customer", delete_row=True)
privacy.register(models.InteractionDraft, owner="customer", delete_row=True)
privacy.register(models.FollowUp, owner="customer", delete_row=True)
privacy.register(
    models.Segment,
    owner=None,
    impersonal=["name", "definition", "created_at", "updated_at", "deleted_at"],
)

register("customers.Identity", "customer", OnMerge.MOVE_OR_DROP, "kind", "key")
register("customers.PossibleDuplicate", "first", OnMerge.DERIVE)
register("customers.PossibleDuplicate", "second", OnMerge.DERIVE)
register("customers.CustomerTag", "customer", OnMerge.MOVE_OR_DROP, "tag")
register("customers.ImportantDate", "customer", OnMerge.MOVE_OR_DROP, "label", "month", "day")
register("customers.ConsentEntry", "customer", OnMerge.MOVE)
register("customers.Purchase", "customer", OnMerge.MOVE)
register("customers.Refund", "customer", OnMerge.MOVE)
register("customers.PurchaseSummary", "customer", OnMerge.DERIVE)
register("customers.StaleSummary", "customer", OnMerge.DERIVE)
register("customers.Interaction", "customer", OnMerge.MOVE)
register("customers.InteractionDraft", "customer", OnMerge.MOVE_OR_DROP, "user")
register("customers.FollowUp", "customer", OnMerge.MOVE)
