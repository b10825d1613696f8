"""The reader's language: the cookie set by the language switch, else the browser's wish."""

from django.middleware.locale import LocaleMiddleware


class ReaderLanguage(LocaleMiddleware):
    """Django's own middleware; addresses carry no language."""
