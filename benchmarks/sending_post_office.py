"""django-post-office over the same sink: `python -m benchmarks.sending_post_office PORT MAILS`.

Settings of its own on PostgreSQL, as its documentation has them: one process, one thread, mails
queued beforehand with the same kind of content. Prints mails a second.
"""

import os
import sys
import time

import django
from django.conf import settings

PORT, MAILS = int(sys.argv[1]), int(sys.argv[2])
NAME = "bench_post_office"
HTML = '<tr><td style="padding:0 24px">Zajrzyj do nas w listopadzie: świeże cebulki.</td></tr>\n'

settings.configure(
    SECRET_KEY=os.urandom(16).hex(),
    INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": NAME,
            "USER": "postgres",
            "HOST": "127.0.0.1",
        }
    },
    EMAIL_BACKEND="post_office.EmailBackend",
    EMAIL_HOST="127.0.0.1",
    EMAIL_PORT=PORT,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    POST_OFFICE={"BATCH_SIZE": 1000, "THREADS_PER_PROCESS": 1},
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

import psycopg  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from post_office import mail  # noqa: E402
from post_office.models import Email  # noqa: E402


def administer(statement: str) -> None:
    with psycopg.connect("postgresql://postgres@127.0.0.1/postgres", autocommit=True) as server:
        server.execute(statement)


def main() -> None:
    administer(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    administer(f"CREATE DATABASE {NAME}")
    try:
        call_command("migrate", verbosity=0)
        for number in range(MAILS):
            mail.send(
                f"reader{number}@example.com",
                "shop@example.com",
                subject="Małgorzata, listopadowe świeżości",
                message="Dzień dobry, Małgorzata!",
                html_message=HTML * 220,
                priority="medium",
            )
        begin = time.perf_counter()
        while Email.objects.filter(status=2).exists():
            mail.send_queued(processes=1)
        sys.stdout.write(f"{MAILS / (time.perf_counter() - begin)}\n")
    finally:
        connections.close_all()
        administer(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


if __name__ == "__main__":
    main()
