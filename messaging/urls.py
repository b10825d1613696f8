"""Addresses of the messaging app; each area has a list of its own."""

from django.urls import URLPattern, URLResolver

from messaging import (
    hook_urls,
    inbox_urls,
    outbox_urls,
    public_urls,
    sender_urls,
    template_urls,
)

app_name = "messaging"
urlpatterns: list[URLPattern | URLResolver] = [
    *public_urls.urlpatterns,
    *template_urls.urlpatterns,
    *outbox_urls.urlpatterns,
    *sender_urls.urlpatterns,
    *hook_urls.urlpatterns,
    *inbox_urls.urlpatterns,
]
