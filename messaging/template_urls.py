"""Templates and their previews."""

from django.urls import path

from messaging.views import template
from messaging.views import template_editor as editor

urlpatterns = [
    path("templates/", template.templates, name="templates"),
    path("templates/new/", template.template_new, name="template_new"),
    path("templates/defaults/", template.templates_defaults, name="templates_defaults"),
    path("templates/sender-checks/", editor.sender_checks, name="sender_checks"),
    path("templates/<int:pk>/", template.template, name="template"),
    path("templates/<int:pk>/archive/", template.template_archive, name="template_archive"),
    path("templates/<int:pk>/restoration/", template.template_restore, name="template_restore"),
    path("templates/<int:pk>/<slug:language>/", editor.template_edit, name="template_edit"),
    path(
        "templates/<int:pk>/<slug:language>/publication/",
        editor.template_publish,
        name="template_publish",
    ),
    path(
        "templates/<int:pk>/<slug:language>/deletion/",
        editor.template_discard,
        name="template_discard",
    ),
    path("templates/<int:pk>/<slug:language>/test/", editor.template_test, name="template_test"),
    path("templates/versions/<int:pk>/", editor.version, name="version"),
    path("templates/versions/<int:pk>/draft/", editor.version_reuse, name="version_reuse"),
    path(
        "mail-preview/<int:pk>/<slug:language>/", editor.template_preview, name="template_preview"
    ),
    path("mail-preview/versions/<int:pk>/", editor.version_preview, name="version_preview"),
]
