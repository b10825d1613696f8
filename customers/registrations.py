"""What customers puts into the registries; each area has a module of its own."""

from core.demo import demo_parts
from customers import (
    demo,
    file_registrations,  # noqa: F401
    import_registrations,  # noqa: F401
    permission_registrations,  # noqa: F401
    privacy,  # noqa: F401
    segment_registrations,  # noqa: F401
)

demo_parts.register("customers", demo.PART)
