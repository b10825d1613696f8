"""Many processes at one moment: each with a connection of its own, on the database at hand."""

import json
import multiprocessing
import os
import subprocess
import sys
import traceback
from collections import Counter

PATIENCE = 280


def race(act, processes):
    """Fork so many processes, let them begin at one moment; how often which answer came. `act` is
    told the process's number, and answers one text or a list of them."""
    from django.db import connections

    connections.close_all()
    forks = multiprocessing.get_context("fork")
    barrier, answers = forks.Barrier(processes), forks.SimpleQueue()

    def work(number):
        barrier.wait(timeout=PATIENCE)
        try:
            said = act(number)
        except Exception:
            said = traceback.format_exc()
        answers.put([said] if isinstance(said, str) else said)

    children = [forks.Process(target=work, args=(number,)) for number in range(processes)]
    for child in children:
        child.start()
    said = Counter(word for _child in children for word in answers.get())
    for child in children:
        child.join(timeout=PATIENCE)
        assert child.exitcode == 0
    return dict(said)


def python(environment, *arguments):
    """What a Python process of its own prints."""
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, text=True, timeout=PATIENCE, check=True
    )
    return done.stdout


def environment_of_processes(connection, folder):
    """What processes need to work on the test database on PostgreSQL, whose server takes many at
    once; or on a file of their own on SQLite, where it waits for the disk as a shop's does."""
    found = connection.settings_dict
    if connection.vendor == "postgresql":
        address = f"postgresql://{found['USER']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
    else:
        address = f"sqlite:///{folder / 'shop.sqlite3'}"
    made = os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "crm.settings",
        "VAR_DIR": str(folder),
        "PYTHONPATH": ".",
    }
    if connection.vendor != "postgresql":
        python(made, "manage.py", "migrate", "--verbosity", "0")
    return made


def told(environment, module, *words):
    """The document that a program of the tests prints."""
    return json.loads(python(environment, "-m", module, *words))
