#!/bin/sh
# Lighthouse's performance and accessibility scores of the pages named on the command line, on a
# running demo shop: sh scripts/lighthouse.sh http://localhost:8000 SESSIONID /customers/ ...
set -eu
base=$1 session=$2
shift 2
for page in "$@"; do
    npx --yes lighthouse "$base$page" --quiet --only-categories=performance,accessibility \
        --extra-headers="{\"Cookie\": \"sessionid=$session\"}" --output=json --output-path=stdout \
        --preset=desktop --chrome-path="$(command -v chromium)" \
        --chrome-flags="--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync" |
        python3 -c "import json,sys; c=json.load(sys.stdin)['categories']; print('$page', {k: round(100*v['score']) for k,v in c.items()})"
done
