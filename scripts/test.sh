#!/bin/sh
# The whole suite on what is configured. Stories in the browser run where Chromium is.
set -eu
export DJANGO_ALLOW_ASYNC_UNSAFE=true
# Each worker would compile every module anew where compiled ones may not be kept.
unset PYTHONDONTWRITEBYTECODE
exec .venv/bin/pytest -n 2 "$@"
