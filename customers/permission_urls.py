"""Who may be written to: suppressed addresses, preferences, the settings of consent."""

from django.urls import path

from customers.views import consent_request, consent_settings, preference, suppression

urlpatterns = [
    path(
        "customers/<int:pk>/consents/request/",
        consent_request.consent_request,
        name="consent_request",
    ),
    path("customers/<int:pk>/preferences/", preference.preferences, name="preferences"),
    path(
        "customers/<int:pk>/preferences/pause/",
        preference.preferences_pause,
        name="preferences_pause",
    ),
    path(
        "customers/<int:pk>/preferences/resumption/",
        preference.preferences_resume,
        name="preferences_resume",
    ),
    path("settings/suppressions/", suppression.suppressions, name="suppressions"),
    path("settings/suppressions/new/", suppression.suppression_new, name="suppression_new"),
    path(
        "settings/suppressions/<int:pk>/lifting/",
        suppression.suppression_lift,
        name="suppression_lift",
    ),
    path("settings/consent/", consent_settings.consent_settings, name="consent_settings"),
    path("settings/topics/new/", consent_settings.topic_new, name="topic_new"),
    path("settings/topics/<int:pk>/", consent_settings.topic_edit, name="topic_edit"),
    path("settings/countries/new/", consent_settings.country_rule_new, name="country_rule_new"),
    path(
        "settings/countries/<int:pk>/",
        consent_settings.country_rule_edit,
        name="country_rule_edit",
    ),
    path(
        "settings/countries/<int:pk>/removal/",
        consent_settings.country_rule_remove,
        name="country_rule_remove",
    ),
]
