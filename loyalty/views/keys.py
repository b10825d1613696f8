"""The key of a form: sent twice, by a second click, it has one effect."""

from accounts.requests import StaffRequest


def form_key(request: StaffRequest) -> str:
    """The key that the page put into the form; "" where there is none that could be one."""
    key = request.POST.get("key", "")
    return f"form:{key}" if key.isascii() and key.isalnum() and len(key) <= 64 else ""
