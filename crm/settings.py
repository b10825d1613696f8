"""Settings: one file, read from the environment by the typed readers of `crm.env`."""

from pathlib import Path

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from crm import env

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

# --- Security -----------------------------------------------------------------------------------
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret_key(VAR_DIR / "secret_key")
# Older secrets, whose links still work. Sessions end with a change all the same.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# Never changed: suppressed addresses are kept under it, and would be lost with it.
ADDRESS_KEY = env.secret_key(VAR_DIR / "address_key", "ADDRESS_KEY")
# A shop on its own machine is reached by name, address or localhost; a public one names its hosts.
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "*")
HTTPS = env.flag("HTTPS", default=False)
CSRF_TRUSTED_ORIGINS = env.words("TRUSTED_ORIGINS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_FAILURE_VIEW = "core.views.errors.csrf_failure"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_IDLE_SECONDS = 30 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
IMPORT_MAX_BYTES = 20 * 1024 * 1024
# The proxies whose X-Forwarded-For is believed; none by default.
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES")

# --- The house ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "template_partials",
    "core",
    "accounts",
    "customers",
    "messaging",
    "loyalty",
    "support",
    "retention",
    "crm",
]
MIDDLEWARE = [
    "core.middleware.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "core.middleware.input.RefuseBrokenText",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.language.ReaderLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionLimits",
    "accounts.middleware.UserPreferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.EnforcePolicy",
]
ROOT_URLCONF = "crm.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.frame",
            ],
            "builtins": ["core.templatetags.ui", "django.templatetags.i18n"],
        },
    }
]
WSGI_APPLICATION = "crm.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Data ---------------------------------------------------------------------------------------
DATABASES = {
    "default": env.database(env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'perennial.sqlite3'}"))
}
REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- People -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- Language and time --------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
SHOP_TIMEZONE = env.text("SHOP_TIMEZONE", "Europe/Warsaw")
SHOP_CURRENCY = env.text("SHOP_CURRENCY", "PLN")
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("pl", _("Polish")), ("cs", _("Czech")), ("ro", _("Romanian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["core.formats"]

# --- Assets -------------------------------------------------------------------------------------
NODE_MODULES = BASE_DIR / "node_modules"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap", NODE_MODULES / "bootstrap" / "dist"),
    ("vendor/htmx", NODE_MODULES / "htmx.org" / "dist"),
    ("vendor/inter", NODE_MODULES / "@fontsource-variable" / "inter"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.assets.JoinedStaticFilesStorage"},
}
ICONS_DIR = NODE_MODULES / "bootstrap-icons" / "icons"

# --- Work ---------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "visibility_timeout": 3600,
    # A frozen broker must not hold up a shop: one quick try, then the job loop finds the work.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# --- Mail ---------------------------------------------------------------------------------------
# The first sender: smtp://user:password@host:587, smtps://... or catcher://, where nothing leaves.
MAIL_URL = env.text("MAIL_URL", "catcher://")
MAIL_FROM = env.text("MAIL_FROM", "shop@example.com")
# Keys of a mail provider: ANYMAIL_POSTMARK_SERVER_TOKEN and the like.
ANYMAIL = env.prefixed("ANYMAIL_") | {"REQUESTS_TIMEOUT": 30}
# Patience with a mail server, in seconds; after the final dot as RFC 5321 asks.
MAIL_CONNECT_SECONDS = env.number("MAIL_CONNECT_SECONDS", 15)
MAIL_COMMAND_SECONDS = env.number("MAIL_COMMAND_SECONDS", 30)
MAIL_ACCEPT_SECONDS = env.number("MAIL_ACCEPT_SECONDS", 600)
# How long a worker may keep what it claimed without a sign of life, and work in one go.
MAIL_LEASE_SECONDS = env.number("MAIL_LEASE_SECONDS", 120)
MAIL_TURN_SECONDS = env.number("MAIL_TURN_SECONDS", 20)
# Files that came with mails. Served by no address but one that asks who wants them.
MAIL_FILES_DIR = Path(env.text("MAIL_FILES_DIR", str(VAR_DIR / "mail")))
# A larger mail is read by its head only.
MAIL_MOST_BYTES = env.number("MAIL_MOST_BYTES", 25 * 1024 * 1024)

# --- Logging ------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}

# --- Start-up -----------------------------------------------------------------------------------
HOST = env.text("HOST", "0.0.0.0")  # noqa: S104 (a shop's other machines reach it; see docs)
PORT = env.number("PORT", 8000)
# How the shop's customers reach it: what links in mails begin with.
PUBLIC_URL = env.text("PUBLIC_URL", f"http://localhost:{PORT}").rstrip("/")
WEB_WORKERS = env.number("WEB_WORKERS", 1)
DEMO = env.flag("DEMO", default=True)
DEMO_PASSWORD = env.text("DEMO_PASSWORD")
