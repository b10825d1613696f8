# setup: environment and assets. run: the product. test: the suite. check: exactly what CI runs.
PYTHON ?= python3
BIN := .venv/bin
LOCK ?= requirements/runtime.lock
export VIRTUAL_ENV := $(CURDIR)/.venv

.PHONY: setup setup-dev run test check lint types arch messages lock

setup: .venv/runtime.stamp .venv/assets.stamp

setup-dev: .venv/dev.stamp .venv/assets.stamp

.venv/bin/uv:
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check uv

.venv/runtime.stamp: requirements/runtime.lock | .venv/bin/uv
	@test -f .venv/dev.stamp || $(BIN)/uv pip sync --quiet requirements/runtime.lock
	@touch $@

.venv/dev.stamp: requirements/dev.lock requirements/runtime.lock | .venv/bin/uv
	$(BIN)/uv pip sync --quiet requirements/dev.lock
	@touch $@ .venv/runtime.stamp

node_modules/.stamp: package.json package-lock.json | .venv/bin/uv
	@sh scripts/assets.sh
	@touch $@

SOURCES := $(shell find static locale -type f -not -name '*.mo' 2>/dev/null)
.venv/assets.stamp: node_modules/.stamp $(SOURCES) | .venv/runtime.stamp
	$(BIN)/pybabel --quiet compile --domain django --directory locale
	$(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@

run: setup
	@$(BIN)/python manage.py start --set-up

test: setup-dev
	@sh scripts/test.sh

check: setup-dev
	@sh scripts/check.sh

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup-dev
	$(BIN)/mypy .

arch: setup-dev
	$(BIN)/lint-imports

messages: setup-dev
	$(BIN)/python manage.py makemessages --all --no-location --no-obsolete --ignore node_modules --ignore .venv --ignore var --ignore staticfiles

lock: | .venv/bin/uv
	$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate pyproject.toml -o requirements/runtime.lock
	$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate pyproject.toml requirements/dev.in -o requirements/dev.lock
	$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate pyproject.toml requirements/dev.in requirements/bench.in -o requirements/bench.lock
