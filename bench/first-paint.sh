#!/bin/sh
# How soon the console shows the list of 200 tests, in a browser without anything of it in its cache. Goal: the first row within 1 s.
#   bench/first-paint.sh [loads, 15]
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
loads=${1:-15}
port=${BENCH_PORT:-18086}
name=first-paint
. bench/turns.sh

needs curl node npm
cp src/test/console/package.json src/test/console/package-lock.json src/test/console/suite.mjs bench/console/paint.mjs "$directory"
(cd "$directory" && npm ci --silent --no-audit --no-fund)
start_service "$port"
node bench/console/tests.mjs "http://127.0.0.1:$port" 200
echo "load average before: $(cut -d' ' -f1-3 /proc/loadavg)"
node "$directory/paint.mjs" "http://127.0.0.1:$port" "$loads"
echo "load average after: $(cut -d' ' -f1-3 /proc/loadavg)"
