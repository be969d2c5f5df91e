#!/bin/sh
# What pairs cost: requests a second of a split of which a tenth is answered by both models, over one without pairs. Both run on
# one service, by turns, so that what else the machine does befalls both; the medians of the rounds are compared. Goal: 0.9.
#   bench/pairs.sh [seconds a round, 10] [rounds, 7] [pairs, 0.1]
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
seconds=${1:-10}
rounds=${2:-7}
pairs=${3:-0.1}
port=${BENCH_PORT:-18084}
name=pairs
. bench/turns.sh
url=http://127.0.0.1:$port
api=$url/api/v1

needs wrk curl awk
start_service "$port"

# every guardrail alerts only, so that no round ends with a rollback
alert='{"action": "alert"}'
create() {
    curl -fs -H 'Content-Type: application/json' "$api/ab-test/create" -d "{\"test_id\": \"pairs-$1\",
        \"control_model\": \"bull_specialist\", \"treatment_model\": \"bull_specialist_v2\", \"traffic_split\": 0.5,
        \"pairs\": $2, \"guardrails\": {\"agreement\": $alert, \"p95_latency_delta_ms\": $alert,
        \"confidence_delta\": $alert, \"split_deviation\": $alert, \"error_rate_delta\": $alert}}" >/dev/null
    change "$1" disable
}
change() {
    curl -fs -X POST -H 'Content-Type: application/json' -d '{}' "$api/ab-test/pairs-$1/$2" >/dev/null
}
round() {
    change "$1" enable
    predictions "$1" "$2" "$url" 0
    change "$1" flush
    change "$1" disable
}

create none 0
create some "$pairs"
by_turns none some

awk -v without="$(median none 2)" -v with="$(median some 2)" -v pairs="$pairs" -v failed="$(failures)" 'BEGIN {
    printf "without pairs %.0f requests/s, with pairs %s %.0f: %.3f of it (goal 0.9); failed: %d\n",
        without, pairs, with, with / without, failed }'
curl -fs "$url/q/metrics" | grep '^understudy_pairs_total.*pairs-some' || true
