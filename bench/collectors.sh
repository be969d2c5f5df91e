#!/bin/sh
# What a garbage collector costs: the service with each collector of the JVM and the heap of scripts/run.sh, by turns. Without a test and in
# shadow as fast as 64 connections can ask, then in shadow at a moderate rate.
#   bench/collectors.sh [seconds a round, 6] [rounds, 5] [predictions a second in the moderate case, 2000] [collectors, "G1 Parallel Serial Z"]
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
seconds=${1:-6}
rounds=${2:-5}
each_second=${3:-2000}
collectors=${4:-G1 Parallel Serial Z}
think=$(awk -v rate="$each_second" 'BEGIN { print 64 * 1000 / rate }')
name=collectors
. bench/turns.sh

needs wrk curl awk
first=${BENCH_PORT:-18090}
port=$first
for collector in $collectors; do
    JAVA_OPTS="${JAVA_OPTS:-} -XX:+Use${collector}GC" start_service "$port"
    port=$((port + 1))
done

# port_of COLLECTOR
port_of() {
    port=$first
    for collector in $collectors; do
        [ "$collector" != "$1" ] || break
        port=$((port + 1))
    done
    echo "$port"
}

# asked WAY SECONDS COLLECTOR THINK_MS; prints: WAY predictions/s p99 failures p50
asked() {
    wrk -t1 -c64 -d"${2}s" -s bench/wrk/predict.lua "http://127.0.0.1:$(port_of "$3")" -- /api/v1/predict bull_specialist "$4" |
        awk -v way="$1" '/^RESULT/ { print way, $2, $4, $7, $3 }'
}

round() {
    case $1 in
        moderate-*) asked "$1" "$2" "${1#*-}" "$think" ;;
        *) asked "$1" "$2" "${1#*-}" 0 ;;
    esac
}

# ways KIND: of each collector
ways() {
    for collector in $collectors; do
        printf '%s-%s ' "$1" "$collector"
    done
}

table() {
    echo "| $1 | requests/s | p50 | p99 |"
    echo "| --- | --- | --- | --- |"
    for way in $(ways "$2"); do
        echo "| ${way#*-} | $(median "$way" 2) | $(median "$way" 5) ms | $(median "$way" 3) ms |"
    done
}

by_turns $(ways plain)
table "without a test, as fast as can be" plain

alert='{"action": "alert"}'
for collector in $collectors; do
    curl -fs -H 'Content-Type: application/json' -o /dev/null "http://127.0.0.1:$(port_of "$collector")/api/v1/ab-test/create" -d "{
        \"test_id\": \"shadow\", \"control_model\": \"bull_specialist\", \"treatment_model\": \"bull_specialist_v2\", \"mode\": \"shadow\",
        \"guardrails\": {\"agreement\": $alert, \"p95_latency_delta_ms\": $alert, \"confidence_delta\": $alert, \"split_deviation\": $alert,
        \"error_rate_delta\": $alert}}"
done
by_turns $(ways shadow)
table "in shadow, as fast as can be" shadow
by_turns $(ways moderate)
table "in shadow, $each_second a second" moderate
echo "failed: $(failures)"
