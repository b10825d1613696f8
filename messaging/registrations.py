"""What messaging puts into the registries; each area has a module of its own."""

from messaging import (
    hook_registrations,  # noqa: F401
    inbox_registrations,  # noqa: F401
    incoming_registrations,  # noqa: F401
    outbox_registrations,  # noqa: F401
    public_registrations,  # noqa: F401
    sender_registrations,  # noqa: F401
    template_registrations,  # noqa: F401
)
