"""Senders, the rules of mailings, limits of domains, deliverability."""

from django.urls import path

from messaging.views import deliverability, domain_limit, mailing_rules, sender

urlpatterns = [
    path("senders/", sender.senders, name="senders"),
    path("senders/new/", sender.sender_new, name="sender_new"),
    path("senders/<int:pk>/", sender.sender, name="sender"),
    path("senders/<int:pk>/edit/", sender.sender_edit, name="sender_edit"),
    path("senders/<int:pk>/meter/", sender.sender_meter, name="sender_meter"),
    path("senders/<int:pk>/dns/", sender.sender_dns, name="sender_dns"),
    path("senders/<int:pk>/connection/", sender.sender_check, name="sender_check"),
    path("senders/<int:pk>/test/", sender.sender_test, name="sender_test"),
    path("senders/<int:pk>/stop/", sender.sender_stop, name="sender_stop"),
    path("senders/<int:pk>/start/", sender.sender_start, name="sender_start"),
    path("senders/<int:pk>/archive/", sender.sender_archive, name="sender_archive"),
    path("senders/<int:pk>/restore/", sender.sender_restore, name="sender_restore"),
    path("settings/mailing-rules/", mailing_rules.mailing_rules, name="mailing_rules"),
    path("settings/mailing-rules/example/", mailing_rules.rules_example, name="rules_example"),
    path("settings/domain-limits/", domain_limit.domain_limits, name="domain_limits"),
    path(
        "settings/domain-limits/<int:pk>/",
        domain_limit.domain_limit_edit,
        name="domain_limit_edit",
    ),
    path(
        "settings/domain-limits/<int:pk>/remove/",
        domain_limit.domain_limit_remove,
        name="domain_limit_remove",
    ),
    path(
        "settings/domain-limits/<int:pk>/restore/",
        domain_limit.domain_limit_restore,
        name="domain_limit_restore",
    ),
    path("deliverability/", deliverability.deliverability, name="deliverability"),
    path("deliverability.csv", deliverability.deliverability_csv, name="deliverability_csv"),
]
