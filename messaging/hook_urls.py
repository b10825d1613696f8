"""Addresses that mail providers post to."""

from django.urls import path

from messaging.views import hooks

urlpatterns = [
    path("hooks/mail/<slug:provider>/<slug:kind>/", hooks.mail_hook, name="mail_hook"),
]
