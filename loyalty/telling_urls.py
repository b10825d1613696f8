"""What members are told."""

from django.urls import path

from loyalty.views import telling

urlpatterns = [
    path("loyalty/telling/", telling.telling_edit, name="telling_edit"),
    path("loyalty/telling/<slug:kind>/", telling.told, name="told"),
    path(
        "mail-preview/telling/<slug:kind>/<slug:language>/",
        telling.told_preview,
        name="told_preview",
    ),
]
