from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "support"

    def ready(self) -> None:
        from support import page_registrations, registrations  # noqa: F401  (fill the registries)
