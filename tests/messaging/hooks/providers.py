"""Posts as providers make them, signed as they sign: what they say about one mail to Anna."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SECRET = "shop:a-long-secret"
MAILGUN_KEY = "key-0123456789"
PAIR = ec.generate_private_key(ec.SECP256R1())
SENDGRID_KEY = base64.b64encode(
    PAIR.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()
ANYMAIL = {
    "WEBHOOK_SECRET": SECRET,
    "MAILGUN_WEBHOOK_SIGNING_KEY": MAILGUN_KEY,
    "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": SENDGRID_KEY,
}
ANNA, ID = "anna@gone.example", "0a1b2c3d-4e5f"
GONE = "550 5.1.1 <anna@gone.example>: User unknown"
FULL = "552 5.2.2 Mailbox full"
AT = 1_795_172_404  # 2026-11-20 11:00:04 UTC


@dataclass(frozen=True)
class Post:
    """One request: its body and headers."""

    provider: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def _basic(secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()}


def postmark(kind: str, words: str, secret: str = SECRET) -> Post:
    told: dict[str, Any] = {"MessageID": ID, "Metadata": {}}
    if kind == "delivered":
        told |= {"RecordType": "Delivery", "Recipient": ANNA, "Details": "250 ok"}
        told |= {"DeliveredAt": "2026-11-20T11:00:04Z"}
    else:
        types = {"complained": "SpamComplaint", "hard": "HardBounce", "soft": "SoftBounce"}
        records = {"complained": "SpamComplaint", "late": "Bounce", "left": "SubscriptionChange"}
        told |= {"RecordType": records.get(kind, "Bounce"), "Email": ANNA, "ID": 4711}
        told |= {"Type": types.get(kind, "Transient"), "Details": words}
        told |= {"BouncedAt": "2026-11-20T11:00:04Z", "SuppressSending": True}
        told |= {"SuppressionReason": "ManualSuppression", "Recipient": ANNA}
    return Post("postmark", json.dumps(told).encode(), _basic(secret))


def mailgun(kind: str, words: str, secret: str = MAILGUN_KEY) -> Post:
    names = {"hard": "failed", "soft": "failed", "late": "failed", "left": "unsubscribed"}
    signature = {"timestamp": str(AT), "token": "a1" * 25}
    signed = (signature["timestamp"] + signature["token"]).encode()
    signature["signature"] = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    told = {
        "event": names.get(kind, kind),
        "severity": "temporary" if kind == "late" else "permanent",
        "timestamp": AT,
        "recipient": ANNA,
        "message": {"headers": {"message-id": ID}},
        "delivery-status": {"message": words, "code": 550},
    }
    body = json.dumps({"signature": signature, "event-data": told}).encode()
    return Post("mailgun", body, _basic(SECRET))


def sendgrid(kind: str, words: str, secret: str = "") -> Post:
    names = {"hard": "bounce", "soft": "bounce", "late": "deferred", "complained": "spamreport"}
    told = {
        "event": {**names, "left": "unsubscribe"}.get(kind, kind),
        "email": ANNA,
        "timestamp": AT,
        "smtp-id": f"<{ID}>",
        "sg_event_id": "sg-1",
        "reason": words,
    }
    body = json.dumps([told]).encode()
    key = ec.generate_private_key(ec.SECP256R1()) if secret else PAIR
    signature = key.sign(str(AT).encode() + body, ec.ECDSA(hashes.SHA256()))
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": str(AT),
    }
    return Post("sendgrid", body, headers | _basic(SECRET))


def amazon_ses(kind: str, words: str, secret: str = SECRET) -> Post:
    told: dict[str, Any] = {"mail": {"messageId": ID, "destination": [ANNA], "headers": []}}
    person = {"emailAddress": ANNA}
    if kind in {"hard", "soft"}:
        how = {"hard": ("Permanent", "General"), "soft": ("Transient", "MailboxFull")}[kind]
        bounce = {"bounceType": how[0], "bounceSubType": how[1]}
        bounce |= {"bouncedRecipients": [person | {"diagnosticCode": f"smtp; {words}"}]}
        told |= {"eventType": "Bounce", "bounce": bounce}
    elif kind == "complained":
        told |= {"eventType": "Complaint", "complaint": {"complainedRecipients": [person]}}
    elif kind == "late":
        told |= {"eventType": "DeliveryDelay", "deliveryDelay": {"delayedRecipients": [person]}}
    else:
        told |= {"eventType": "Delivery", "delivery": {"recipients": [ANNA]}}
    note = {"Type": "Notification", "MessageId": "sns-1", "Message": json.dumps(told)}
    note |= {"Timestamp": "2026-11-20T11:00:04.000Z"}
    headers = {"X-Amz-Sns-Message-Type": "Notification", "X-Amz-Sns-Message-Id": "sns-1"}
    return Post("amazon_ses", json.dumps(note).encode(), headers | _basic(secret))


def brevo(kind: str, words: str, secret: str = SECRET) -> Post:
    names = {
        "hard": "hard_bounce",
        "soft": "soft_bounce",
        "late": "deferred",
        "left": "unsubscribe",
    }
    told = {
        "event": {**names, "complained": "complaint", "left": "unsubscribe"}.get(kind, kind),
        "email": ANNA,
        "ts_epoch": AT * 1000,
        "message-id": f"<{ID}>",
        "reason": words,
    }
    return Post("brevo", json.dumps(told).encode(), _basic(secret))


PROVIDERS: dict[str, Callable[..., Post]] = {
    "postmark": postmark,
    "mailgun": mailgun,
    "sendgrid": sendgrid,
    "amazon_ses": amazon_ses,
    "brevo": brevo,
}
