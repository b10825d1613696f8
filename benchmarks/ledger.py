"""The ledger beside the floor of the same machine in the same run, on both databases.

    python -m benchmarks.ledger [--seconds 5] [--rounds 3] [--accounts 400] [--transfers 10000000]

On PostgreSQL (the server of DATABASE_URL, else 127.0.0.1) in a database `bench_ledger` of its own,
removed at the end. The floor is `pgbench`: one conditional UPDATE and one INSERT in a transaction,
4 clients. Ours are 4 processes on accounts of chance, with everything that an act does;
django-hordak, where it is installed (`requirements/bench.in`), moves money between two accounts in
4 processes. The ways take turns, round after round; what counts is the median, and of all the
ratio: the machine may do other work too. Then 4 processes redeem on SQLite, and a ledger of
millions of transfers (`--transfers`, 0: none) is read, proved and settled. `--profile` shows where
the time of a redemption goes.

Aims: redeem at least 0.20 of the floor (0.30 would be fine) and twice django-hordak, earn 0.25;
SQLite 400 redemptions a second; at ten million transfers a balance in 1 ms, 3 million proved and
10,000 lots settled a second.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from glob import glob
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from urllib.parse import urlsplit

import psycopg

NAME, CLIENTS = "bench_ledger", 4
FLOOR = """\\set id random(1, :accounts)
BEGIN;
UPDATE bench_floor SET units = units - 1 WHERE id = :id AND units > 0;
INSERT INTO bench_floor_log (account, units) VALUES (:id, 1);
COMMIT;
"""
Rates = dict[str, list[float]]


def server_of() -> str:
    """The PostgreSQL server to make the database on."""
    given = os.environ.get("DATABASE_URL", "")
    parts = urlsplit(given if given.startswith("postgres") else "postgresql://postgres@127.0.0.1")
    return f"{parts.scheme}://{parts.netloc}"


SERVER = server_of()


def worker(url: str, what: str, count: int) -> list[str]:
    """The command of a process on the database."""
    command = [sys.executable, "-m", "benchmarks.ledger_worker", what, "--count", str(count)]
    return ["env", f"DATABASE_URL={url}", *command]


def run(url: str, what: str, count: int) -> None:
    """One process to its end; it prints for itself."""
    sys.stdout.flush()
    subprocess.run(worker(url, what, count), check=True)


def make_floor(accounts: int) -> None:
    with psycopg.connect(f"{SERVER}/{NAME}", autocommit=True) as database:
        database.execute("CREATE TABLE bench_floor (id bigint PRIMARY KEY, units bigint)")
        database.execute(
            "CREATE TABLE bench_floor_log (id bigserial, account bigint, units bigint)"
        )
        numbers = "SELECT n, 1000000000 FROM generate_series(1, %s) n"
        database.execute(f"INSERT INTO bench_floor {numbers}", [accounts])
        database.execute("ANALYZE")


def floor(seconds: int, accounts: int) -> float:
    """Transactions a second of the least that a ledger could do."""
    tool = which("pgbench") or sorted(glob("/usr/lib/postgresql/*/bin/pgbench"))[-1]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(FLOOR)
        script.flush()
        options = ["-n", "-M", "prepared", f"-c{CLIENTS}", f"-j{CLIENTS}", f"-T{seconds}"]
        command = [tool, *options, f"-Daccounts={accounts}", "-f", script.name, f"{SERVER}/{NAME}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.split("tps = ")[1].split()[0])


def ours(url: str, what: str, seconds: int) -> float:
    """Acts a second of four processes together. A process that is refused ends the benchmark."""
    workers = [
        subprocess.Popen(
            worker(url, what, seconds), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _each in range(CLIENTS)
    ]
    for each in workers:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n", "the process has failed"
    for each in workers:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    return sum(float(each.communicate()[0]) for each in workers)


def hordak(seconds: int) -> float:
    """Transfers a second of django-hordak in four processes."""
    command = [sys.executable, "-m", "benchmarks.ledger_hordak", SERVER, str(seconds)]
    done = subprocess.run([*command, str(CLIENTS)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def compare(options: argparse.Namespace) -> None:
    """All ways in turn, then their medians as shares of the floor's."""
    url = f"{SERVER}/{NAME}"
    run(url, "fill", options.accounts)
    make_floor(options.accounts)
    rates: Rates = {"floor": [], "redeem": [], "earn": []}
    if find_spec("hordak"):
        rates["hordak"] = []
    for _round in range(options.rounds):
        rates["floor"].append(floor(options.seconds, options.accounts))
        for what in ("redeem", "earn"):
            rates[what].append(ours(url, what, options.seconds))
        if "hordak" in rates:
            rates["hordak"].append(hordak(options.seconds))
    tell(rates)
    run(url, "look", 500)
    if options.profile:
        run(url, "profile", 300)


def tell(rates: Rates) -> None:
    """The medians, each beside the floor's."""
    load = os.getloadavg()[0]
    print(f"PostgreSQL, {CLIENTS} processes, load average {load:.1f}")
    least = statistics.median(rates["floor"])
    for what, found in rates.items():
        rounds = ", ".join(f"{rate:,.0f}" for rate in found)
        middle = statistics.median(found)
        print(f"{what:8} {middle:8,.0f} a second ({rounds})  {middle / least:.3f} of the floor")
    if "hordak" not in rates:
        print("django-hordak is not installed: uv pip sync requirements/bench.lock")


def on_sqlite(options: argparse.Namespace) -> None:
    """The same acts on a file, with a wait for the disk at every COMMIT."""
    with tempfile.TemporaryDirectory(dir="var") as folder:
        url = f"sqlite:///{Path(folder).absolute() / 'bench.sqlite3'}"
        run(url, "fill", options.accounts)
        for what in ("redeem", "earn"):
            rates = [ours(url, what, options.seconds) for _round in range(options.rounds)]
            print(f"SQLite {what:8} {statistics.median(rates):,.0f} a second, no lock error")
        run(url, "look", 500)


def on_large(transfers: int) -> None:
    """Reading, proving and settling a ledger of so many transfers."""
    command = [sys.executable, "-m", "benchmarks.ledger_large", str(transfers)]
    subprocess.run(["env", f"DATABASE_URL={SERVER}/{NAME}", *command], check=True)


def fresh(server: "psycopg.Connection[tuple[object, ...]]") -> None:
    server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    server.execute(f"CREATE DATABASE {NAME}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--accounts", type=int, default=400)
    parser.add_argument("--transfers", type=int, default=10_000_000)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        try:
            fresh(server)
            compare(options)
            on_sqlite(options)
            if options.transfers:
                fresh(server)
                on_large(options.transfers)
        finally:
            server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


if __name__ == "__main__":
    main()
