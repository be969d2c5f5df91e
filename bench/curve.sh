#!/bin/sh
# Measures what callers of the packaged service wait over the rate of requests: without a test, in a split, in a shadow. Writes its part of
# docs/benchmarks.md. A short run for trying things out, which writes target/bench/curve.md: BENCH_SECONDS=1 BENCH_ROUNDS=1 bench/curve.sh
# BENCH_REPORT names another file.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"

for tool in wrk taskset chrt; do
    command -v "$tool" >/dev/null || { echo "The curve needs $tool: apt-get install wrk util-linux" >&2; exit 1; }
done
if [ ! -f target/quarkus-app/quarkus-run.jar ]; then
    echo "The service is not packaged yet: run 'make bench-curve', which does that first." >&2
    exit 1
fi

make -s compile
mkdir -p target/bench
TOOL_OPTS=-XX:TieredStopAtLevel=1 exec scripts/tool.sh bench.CurveBench
