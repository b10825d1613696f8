"""The outbox and its messages."""

from django.urls import path

from messaging.views import catcher, outbox, send

urlpatterns = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("caught/", catcher.caught_mails, name="caught_mails"),
    path("caught/<int:pk>/", catcher.caught_mail, name="caught_mail"),
    path("mailings/", send.sends, name="sends"),
    path("mailings/<int:pk>/", send.send, name="send"),
    path("mailings/<int:pk>/progress/", send.send_progress, name="send_progress"),
    path("mailings/<int:pk>/audience.csv", send.send_audience, name="send_audience"),
    path("mailings/<int:pk>/remaining/", send.send_rest, name="send_rest"),
    path("mailings/<int:pk>/release/", send.send_release, name="send_release"),
    path("mailings/<int:pk>/pause/", send.send_pause, name="send_pause"),
    path("mailings/<int:pk>/call-off/", send.send_call_off, name="send_call_off"),
    path("outbox/<int:pk>/", outbox.message, name="message"),
    path("outbox/<int:pk>/settlement/", outbox.message_settle, name="message_settle"),
]
