"""Mails that came in, and the mailboxes they come from."""

from django.urls import path

from messaging.views import inbox, incoming, mailbox

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/aside/", inbox.inbox_aside, name="inbox_aside"),
    path("inbox/back/", inbox.inbox_back, name="inbox_back"),
    path("inbox/<int:pk>/", incoming.incoming, name="incoming"),
    path("inbox/<int:pk>/search/", incoming.incoming_search, name="incoming_search"),
    path("inbox/<int:pk>/customer/", incoming.incoming_assign, name="incoming_assign"),
    path(
        "inbox/<int:pk>/new-customer/",
        incoming.incoming_new_customer,
        name="incoming_new_customer",
    ),
    path("inbox/<int:pk>/aside/", incoming.incoming_aside, name="incoming_aside"),
    path("inbox/<int:pk>/back/", incoming.incoming_back, name="incoming_back"),
    path("inbox/<int:pk>/rule/", incoming.incoming_rule_drop, name="incoming_rule_drop"),
    # Under addresses with headers of their own: see core/middleware/headers.py.
    path("mail-incoming/<int:pk>/", incoming.incoming_html, name="incoming_html"),
    path("mail-incoming/pictures/<int:pk>/", incoming.incoming_pictures, name="incoming_pictures"),
    path(
        "mail-incoming/<int:pk>/files/<int:position>/",
        incoming.incoming_file,
        name="incoming_file",
    ),
    path("settings/mailboxes/", mailbox.mailboxes, name="mailboxes"),
    path("settings/mailboxes/new/", mailbox.mailbox_new, name="mailbox_new"),
    path("settings/mailboxes/<int:pk>/", mailbox.mailbox, name="mailbox"),
    path("settings/mailboxes/<int:pk>/trial/", mailbox.mailbox_try, name="mailbox_try"),
    path("settings/mailboxes/<int:pk>/stop/", mailbox.mailbox_stop, name="mailbox_stop"),
    path("settings/mailboxes/<int:pk>/start/", mailbox.mailbox_start, name="mailbox_start"),
    path("settings/mailboxes/<int:pk>/remove/", mailbox.mailbox_remove, name="mailbox_remove"),
]
