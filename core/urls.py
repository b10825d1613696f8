from django.urls import path

from core.views import health, language, style

app_name = "core"
urlpatterns = [
    path("health/", health.health, name="health"),
    path("language/", language.choose_language, name="language"),
    path("style/", style.style_page, name="style"),
]
