#!/bin/sh
# Builds the native executable, measures it beside the same service in the JVM, and writes the table in docs/native.md. With
# BENCH_BUILD=no it takes the executable that is there. BENCH_SECONDS and BENCH_ROUNDS are those of bench/run.sh.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"

if ! command -v wrk >/dev/null; then
    echo "The benchmark needs wrk: apt-get install wrk" >&2
    exit 1
fi
make compile package
seconds=
if [ "${BENCH_BUILD:-yes}" = yes ]; then
    before=$(date +%s)
    make native
    seconds=$(($(date +%s) - before))
fi
executable=$(ls target/*-runner)

mkdir -p target/bench
TOOL_OPTS=-XX:TieredStopAtLevel=1 exec scripts/tool.sh bench.NativeBench "$executable" $seconds
