"""The addresses of the whole product, one line per app."""

from django.urls import include, path

urlpatterns = [
    path("", include("core.urls")),
    path("", include("accounts.urls")),
    path("", include("customers.urls")),
    path("", include("messaging.urls")),
    path("", include("loyalty.urls")),
    path("", include("support.urls")),
    path("", include("retention.urls")),
]
handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.forbidden"
handler404 = "core.views.errors.not_found"
handler500 = "core.views.errors.server_error"
