"""An import killed by the system's own means, on a database of its own, at statements of chance."""

import os
import random
import signal
import subprocess
import sys

import pytest

ROWS = 3_000
IMPORT = """
import io, os, signal, sys, django
django.setup()
from django.db import connection
from accounts.models import User
from core import clock
from customers.models import ImportRun, Purchase, Customer
from customers.services import import_purchases
from customers.services.importing import bring_file, start_import
from customers.services.import_work import work_on_imports
import_purchases.BATCH = 50
step = sys.argv[1]
if step == "bring":
    actor = User.objects.create(username="m", name="M", role="manager")
    rows = [f"{n},2026-01-05 10:00:00,5.00,C{n % 97}" for n in range(3_000)]
    text = "order_id,ordered_at,amount,customer_id\\n" + "\\n".join(rows)
    bring_file(actor=actor, kind="purchases", filename="a.csv",
               upload=io.BytesIO(text.encode()), options={}, now=clock.now())
    work_on_imports(clock.now())
    start_import(actor=actor, run=ImportRun.objects.get())
elif step == "work":
    left = int(sys.argv[2])
    def die_in_time(execute, *rest):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*rest)
    ImportRun.objects.update(lease_until=None)
    with connection.execute_wrapper(die_in_time):
        work_on_imports(clock.now())
run = ImportRun.objects.get()
print(run.status, run.created, run.unchanged, run.customers_created,
      Purchase.objects.count(), Customer.objects.count())
"""


@pytest.fixture
def shop(tmp_path):
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'shop.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "crm.settings",
        "VAR_DIR": str(tmp_path),
        "PYTHONPATH": ".",
    }
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, check=True, env=environment)
    return environment


def run(environment, step, *arguments):
    command = [sys.executable, "-c", IMPORT, step, *arguments]
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, timeout=280)


def test_kill_minus_nine_at_any_moment_loses_and_doubles_nothing(shop):
    run(shop, "bring")
    chance = random.Random(7)
    for _attempt in range(4):
        killed = run(shop, "work", str(chance.randrange(5, 120)))
        assert killed.returncode == -signal.SIGKILL

    finished = run(shop, "work", "-1")

    assert finished.stdout.split() == ["done", str(ROWS), "0", "97", str(ROWS), "97"]
