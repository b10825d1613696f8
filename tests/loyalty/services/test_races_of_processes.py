"""Processes of their own on SQLite, as a shop without a database server runs: nobody is told that
the database is locked, and the sums are right."""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

PROCESSES = 5
SHOP = """
import django; django.setup()
from django.core.management import call_command
from loyalty.customers_named import customer_named_or_made
from loyalty.services.programmes import get_programme
from tests.loyalty.races import MEMBER, moment
from datetime import timedelta
from loyalty.services.earning import earn_for_order
call_command("migrate", verbosity=0)
early = moment() - timedelta(days=20)
earn_for_order(actor=None, customer=customer_named_or_made(MEMBER, early), order="first",
    programme=get_programme(), amount_minor=100_000, currency="PLN", now=early)
"""
SUMS = """
import django; django.setup()
import json
from loyalty.customers_named import customer_named
from loyalty.reconciling import Scope, reconcile
from loyalty.balances import balance_document
from loyalty.services.programmes import get_programme
from tests.loyalty.races import MEMBER, moment
whose = {"customer": customer_named(MEMBER), "programme": get_programme()}
standing = balance_document(**whose, now=moment())
print(json.dumps([standing["pending"], standing["available"], len(reconcile(Scope()).differences)]))
"""
REWARD = """
import django; django.setup()
from loyalty.models import Reward
from loyalty.services.programmes import get_programme
from tests.loyalty.races import moment
Reward.objects.update_or_create(programme=get_programme(), cost=10,
    defaults={"names": {"en": "A mug"}, "stock": 3, "created_at": moment()})
"""
GIFT = """
import django; django.setup()
from datetime import timedelta
from loyalty.customers_named import customer_named
from loyalty.services.earning import earn_for_order
from loyalty.services.programmes import get_programme
from tests.loyalty.races import MEMBER, moment
early = moment() - timedelta(days=20)
earn_for_order(actor=None, customer=customer_named(MEMBER), order="third",
    programme=get_programme(), amount_minor=50_000, currency="PLN", now=early)
"""
STOCK = """
import django; django.setup()
from loyalty.models import Reward, RewardClaim
print(Reward.objects.get().stock, RewardClaim.objects.count())
"""
WISH = """
import django; django.setup()
from accounts.models import User
from loyalty.customers_named import customer_named
from loyalty.services.adjustment_requests import ask_to_adjust
from loyalty.services.programmes import get_programme
from tests.loyalty.races import MEMBER, moment
clerk, *_managers = (
    User.objects.create(username=name, role=role)
    for name, role in (("clerk", "support"), ("one", "manager"), ("two", "manager"))
)
ask_to_adjust(actor=clerk, customer=customer_named(MEMBER), programme=get_programme(), units=800,
    reason="A vase", key="a", now=moment())
"""
pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'shop.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "crm.settings",
        "VAR_DIR": str(folder),
        "PYTHONPATH": ".",
    }
    python(environment, SHOP)
    return environment


def python(environment, text):
    command = [sys.executable, "-c", text]
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, text=True, timeout=280, check=True
    )
    return done.stdout


def at_once(environment, what, tries, key=""):
    """Processes begin at one moment; how often which answer came to all of them together."""
    command = [sys.executable, "-m", "tests.loyalty.races", what, str(tries), key]
    workers = [
        subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _process in range(PROCESSES)
    ]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answers = Counter()
    for worker in workers:
        out, _none = worker.communicate(timeout=120)
        assert worker.returncode == 0
        answers += Counter(json.loads(out))
    return answers


def test_fifty_at_once(shop):
    assert at_once(shop, "redeem", 10) == {"done": 10, "insufficient": 40}
    assert json.loads(python(shop, SUMS)) == [0, 0, 0]

    assert at_once(shop, "earn", 10, "second") == {"done": 1, "replayed": 49}
    assert json.loads(python(shop, SUMS)) == [1_000, 0, 0]


def test_of_a_reward_of_which_three_are_left_three_are_claimed(shop):
    python(shop, GIFT)
    python(shop, REWARD)

    assert at_once(shop, "claim", 10) == {"done": 3, "out_of_stock": 47}
    assert python(shop, STOCK) == "0 3\n"
    assert json.loads(python(shop, SUMS))[1:] == [470, 0]

    python(shop, REWARD)
    assert at_once(shop, "claim", 10, "once") == {"done": 1, "replayed": 49}
    assert python(shop, STOCK) == "2 4\n"


def test_of_two_managers_one_approves_and_it_is_done_once(shop):
    python(shop, WISH)
    before = json.loads(python(shop, SUMS))

    assert at_once(shop, "approve", 4) == {"done": 1, "gone": 19}
    assert json.loads(python(shop, SUMS)) == [before[0], before[1] + 800, 0]
