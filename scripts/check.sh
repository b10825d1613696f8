#!/bin/sh
# Exactly what CI runs: style, types, architecture, migrations, and the suite on both databases.
# Pure rules, texts and the walk over the looks of every page are the same on any database
# (tests/conftest.py marks them `once`): the second run leaves them out.
set -eu
BIN=.venv/bin
say() { printf '\n== %s\n' "$1"; }

say "Style"
$BIN/ruff check .
$BIN/ruff format --check .
say "Types"
$BIN/mypy .
say "Imports"
$BIN/lint-imports
say "Settings and migrations"
$BIN/python manage.py check
$BIN/python manage.py makemigrations --check --dry-run
say "Suite on SQLite"
env -u DATABASE_URL -u REDIS_URL sh scripts/test.sh
say "Suite on PostgreSQL and Redis"
DATABASE_URL="${TEST_DATABASE_URL:-postgresql://postgres@127.0.0.1:5432/postgres}" \
REDIS_URL="${TEST_REDIS_URL:-redis://127.0.0.1:6379/0}" sh scripts/test.sh -m "not once"
