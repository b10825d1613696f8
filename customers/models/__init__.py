from customers.models.consent import ConsentAction, ConsentEntry, ConsentSource, Purpose
from customers.models.consent_rule import ConsentRequest, CountryRule, StopReason
from customers.models.contact import Direction, FollowUp, Interaction, InteractionDraft, Outcome
from customers.models.customer import Channel, Customer
from customers.models.file import CustomerTag, ImportantDate, Tag
from customers.models.identity import Identity, IdentityKind, PossibleDuplicate
from customers.models.importing import ImportKind, ImportProblem, ImportRun, ImportStatus
from customers.models.preference import (
    Frequency,
    MailPreference,
    Nature,
    PreferenceChange,
    Topic,
    Wish,
)
from customers.models.purchase import (
    Purchase,
    PurchaseLine,
    PurchaseSummary,
    Refund,
    StaleSummary,
)
from customers.models.search import SearchVariant, SearchWord
from customers.models.segment import Segment
from customers.models.suppression import (
    ChoiceSource,
    DeliveryFault,
    FaultKind,
    Scope,
    Suppression,
    SuppressionReason,
)

__all__ = [
    "Channel",
    "ChoiceSource",
    "ConsentAction",
    "ConsentEntry",
    "ConsentRequest",
    "ConsentSource",
    "CountryRule",
    "Customer",
    "CustomerTag",
    "DeliveryFault",
    "Direction",
    "FaultKind",
    "FollowUp",
    "Frequency",
    "Identity",
    "IdentityKind",
    "ImportKind",
    "ImportProblem",
    "ImportRun",
    "ImportStatus",
    "ImportantDate",
    "Interaction",
    "InteractionDraft",
    "MailPreference",
    "Nature",
    "Outcome",
    "PossibleDuplicate",
    "PreferenceChange",
    "Purchase",
    "PurchaseLine",
    "PurchaseSummary",
    "Purpose",
    "Refund",
    "Scope",
    "SearchVariant",
    "SearchWord",
    "Segment",
    "StaleSummary",
    "StopReason",
    "Suppression",
    "SuppressionReason",
    "Tag",
    "Topic",
    "Wish",
]
