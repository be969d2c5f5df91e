#!/bin/sh
# Draws docs/pictures/console-*.png: each screen of the console, of a service that the demonstration has filled.
set -eu
cd "$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)"

for tool in node npm curl; do
    command -v "$tool" >/dev/null || { echo "Pictures of the console need $tool." >&2; exit 1; }
done
console=target/console-pictures
rm -rf "$console"
mkdir -p "$console"
cp src/test/console/*.json src/test/console/suite.mjs src/test/console/pictures.mjs "$console"
(cd "$console" && npm ci --silent --no-audit --no-fund)

DEMO_DIR=$console/demo scripts/demo.sh >"$console/demo.log" 2>&1 &
demo=$!
trap 'kill $demo 2>/dev/null; wait $demo 2>/dev/null || true' EXIT INT TERM
echo "Waiting for the demonstration (some minutes): $console/demo.log"
until url=$(sed -n 's|^API *\(http://[^/]*\)/.*|\1|p' "$console/demo.log") && [ -n "$url" ]; do
    kill -0 $demo 2>/dev/null || { echo "The demonstration has failed: $console/demo.log" >&2; exit 1; }
    sleep 1
done
node "$console/pictures.mjs" "$url" docs/pictures
