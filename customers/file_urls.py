"""The customer file: its page, its forms, interactions, follow-ups, the day."""

from django.urls import path

from customers.views import (
    consent,
    contact,
    customer,
    day,
    duplicate,
    follow_up,
    interaction,
    timeline,
)

urlpatterns = [
    path("day/", day.day, name="day"),
    path("customers/new/", customer.customer_new, name="new"),
    path("customers/<int:pk>/", customer.customer, name="customer"),
    path("customers/<int:pk>/edit/", customer.customer_edit, name="edit"),
    path("customers/<int:pk>/contacts/", contact.contacts, name="contacts"),
    path(
        "customers/<int:pk>/contacts/<int:identity_pk>/removal/",
        contact.contact_remove,
        name="contact_remove",
    ),
    path(
        "customers/<int:pk>/contacts/<int:identity_pk>/primary/",
        contact.contact_primary,
        name="contact_primary",
    ),
    path("customers/<int:pk>/dates/", contact.dates, name="dates"),
    path(
        "customers/<int:pk>/dates/<int:date_pk>/removal/", contact.date_remove, name="date_remove"
    ),
    path(
        "customers/<int:pk>/duplicates/<int:pair_pk>/dismissal/",
        duplicate.duplicate_dismiss,
        name="duplicate_dismiss",
    ),
    path(
        "customers/<int:pk>/duplicates/<int:pair_pk>/restoration/",
        duplicate.duplicate_restore,
        name="duplicate_restore",
    ),
    path("customers/<int:pk>/consents/", consent.consents, name="consents"),
    path("customers/<int:pk>/consents/withdrawal/", consent.consent_withdraw, name="withdraw"),
    path("customers/<int:pk>/timeline/", timeline.timeline, name="timeline"),
    path("customers/<int:pk>/timeline/<slug:source>/<int:entry_pk>/", timeline.entry, name="entry"),
    path("customers/<int:pk>/interactions/", interaction.interaction_new, name="interaction_new"),
    path("customers/<int:pk>/draft/", interaction.draft, name="draft"),
    path("interactions/<int:pk>/", interaction.interaction_edit, name="interaction_edit"),
    path("interactions/<int:pk>/undo/", interaction.interaction_undo, name="interaction_undo"),
    path("customers/<int:pk>/follow-ups/", follow_up.follow_up_new, name="follow_up_new"),
    path("follow-ups/<int:pk>/", follow_up.follow_up_edit, name="follow_up_edit"),
    path("follow-ups/<int:pk>/done/", follow_up.follow_up_done, name="follow_up_done"),
    path("follow-ups/<int:pk>/reopening/", follow_up.follow_up_reopen, name="follow_up_reopen"),
    path("follow-ups/<int:pk>/snooze/", follow_up.follow_up_snooze, name="follow_up_snooze"),
    path("follow-ups/<int:pk>/mine/", follow_up.follow_up_take, name="follow_up_take"),
]
