"""The ways of sending, by the kind of sender."""

from messaging.models import SenderKind
from messaging.transports.base import transports
from messaging.transports.catcher import open_catcher
from messaging.transports.provider import open_provider
from messaging.transports.smtp import open_smtp

transports.register(SenderKind.SMTP, open_smtp)
transports.register(SenderKind.PROVIDER, open_provider)
transports.register(SenderKind.CATCHER, open_catcher)
