"""What the tests change: a cheap hasher, plain static files, a database of one's own."""

import os
import tempfile
from pathlib import Path

from crm import env
from crm.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAIL_FILES_DIR = Path(tempfile.gettempdir(), f"perennial-mail-{os.getpid()}")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A file, so that the browser's requests run on connections of their own, as in life; without
# waiting for the disk, since nobody needs the data afterwards.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    TEST_FILE = f"{tempfile.gettempdir()}/perennial-test-{os.getpid()}.sqlite3"
    DATABASES["default"] = {  # noqa: F405
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": TEST_FILE,
        "OPTIONS": env.SQLITE_OPTIONS
        | {"init_command": env.SQLITE_OPTIONS["init_command"].replace("=FULL", "=OFF")},
        "TEST": {"NAME": TEST_FILE},
    }
    SILENCED_SYSTEM_CHECKS = ["core.E001"]
elif suffix := env.text("TEST_DB_SUFFIX"):
    DATABASES["default"]["TEST"] = {"NAME": f"test_{suffix}"}  # noqa: F405
