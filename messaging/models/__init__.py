from messaging.models.attempt import Attempt
from messaging.models.feedback import DeliveryEvent, EventKind
from messaging.models.incoming import (
    AddressRule,
    AttachmentFault,
    IncomingAttachment,
    IncomingCopy,
    IncomingMail,
    MailKind,
    MailPlace,
    MatchedBy,
    Unsure,
)
from messaging.models.mailbox import Mailbox, MailboxState, MailboxTrouble
from messaging.models.message import (
    ON_THE_WAY,
    WAITS,
    BounceKind,
    CaughtMail,
    Message,
    MessageState,
    MessageStep,
    Reason,
)
from messaging.models.send import MailingRules, Send, SendState, TopicCap
from messaging.models.sender import (
    DomainLimit,
    Security,
    Sender,
    SenderKind,
    SenderPace,
    StopKind,
)
from messaging.models.template import MessageClass, Template, TemplateVersion

__all__ = [
    "ON_THE_WAY",
    "WAITS",
    "AddressRule",
    "AttachmentFault",
    "Attempt",
    "BounceKind",
    "CaughtMail",
    "DeliveryEvent",
    "DomainLimit",
    "EventKind",
    "IncomingAttachment",
    "IncomingCopy",
    "IncomingMail",
    "MailKind",
    "MailPlace",
    "Mailbox",
    "MailboxState",
    "MailboxTrouble",
    "MailingRules",
    "MatchedBy",
    "Message",
    "MessageClass",
    "MessageState",
    "MessageStep",
    "Reason",
    "Security",
    "Send",
    "SendState",
    "Sender",
    "SenderKind",
    "SenderPace",
    "StopKind",
    "Template",
    "TemplateVersion",
    "TopicCap",
    "Unsure",
]
