#!/bin/sh
# What traces cost predictions: requests a second with traces off, and with 1% of them sampled and sent to a collector, over those of a build
# without them, by turns. BENCH_BEFORE names the project's folder at a commit before traces, packaged; without it, "on" is compared with "off" alone.
# Goals: off at least 0.99 of before, on at least 0.97.
#   bench/tracing.sh [seconds a round, 10] [rounds, 8]     BENCH_RATIO=0.01 (the fraction of requests that is sampled)
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
seconds=${1:-10}
rounds=${2:-8}
port=${BENCH_PORT:-18092}
before=${BENCH_BEFORE:-}
name=tracing
. bench/turns.sh

needs wrk curl awk node
node bench/tracing/collector.mjs $((port + 3)) >"$directory/collector.txt" 2>&1 &
services="$services $!"

start_service "$port"
QUARKUS_OTEL_SDK_DISABLED=false QUARKUS_OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf \
    QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:$((port + 3))" \
    QUARKUS_OTEL_TRACES_SAMPLER_ARG="${BENCH_RATIO:-0.01}" start_service $((port + 1))
ways='off on'
if [ -n "$before" ]; then
    start_service $((port + 2)) "$before"
    ways='before off on'
fi

round() {
    case $1 in
        off) predictions "$1" "$2" "http://127.0.0.1:$port" 0 ;;
        on) predictions "$1" "$2" "http://127.0.0.1:$((port + 1))" 0 ;;
        before) predictions "$1" "$2" "http://127.0.0.1:$((port + 2))" 0 ;;
    esac
}

# shellcheck disable=SC2086
by_turns $ways

reference=${before:+before}
reference=${reference:-off}
awk -v reference="$reference" -v than="$(median "$reference" 2)" -v off="$(median off 2)" -v on="$(median on 2)" -v failed="$(failures)" \
    -v late="$(median off 3)" -v later="$(median on 3)" 'BEGIN {
    printf "%s: %.0f predictions/s; off: %.0f, p99 %s: %.3f of it (goal 0.99); on: %.0f, p99 %s: %.3f of it (goal 0.97); failed: %d\n",
        reference, than, off, late, off / than, on, later, on / than, failed }'
tail -n 1 "$directory/collector.txt"
