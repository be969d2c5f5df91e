#!/bin/sh
# What realised outcomes cost: the 99th percentile that callers of predictions wait while outcomes come, over that without. Both are
# measured on one service with its own PostgreSQL, by turns, so that what else the machine does befalls both; the medians of the
# rounds are compared. Goal: at most 1.15. Predictions are answered in a shadow with an outcome plan, every row stored. Then the intake
# alone, as fast as four connections can send. Goal: 20,000 a second.
#   bench/outcomes.sh [seconds a round, 10] [rounds, 7] [outcomes a second, 5000] [predictions a second, about, 2000] [outcomes a call, 1000]
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
seconds=${1:-10}
rounds=${2:-7}
outcomes=${3:-5000}
each_second=${4:-2000}
batch=${5:-1000}
port=${BENCH_PORT:-18085}
think=$(awk -v rate="$each_second" 'BEGIN { print 64 * 1000 / rate }')
name=outcomes
. bench/turns.sh
url=http://127.0.0.1:$port

needs wrk curl awk python3
# the outcomes are of requests that were never made, so they wait
export UNDERSTUDY_OUTCOMES_MAX_WAITING=1000000000
start_service "$port"
curl -fs -H 'Content-Type: application/json' "$url/api/v1/ab-test/create" -o /dev/null -d '{"test_id": "outcomes",
    "control_model": "bull_specialist", "treatment_model": "bull_specialist_v2", "mode": "shadow", "outcome": {
    "positions": {"HOLD": 0, "BUY": 1, "SELL": -1}, "clip": 0.05, "block": "PT1M", "horizon": "PT0S", "limit": -0.0005}}'

send() {
    python3 bench/outcomes/measure.py --url "$url" "$@"
}
round() {
    if [ "$1" = some ]; then
        send --seconds "$2" --connections 1 --batch "$batch" --rate "$outcomes" >>"$directory/sent.txt" &
        sender=$!
    fi
    predictions "$1" "$2" "$url" "$think"
    if [ "$1" = some ]; then wait $sender; fi
}

by_turns none some
grep accepted "$directory/sent.txt"

awk -v without="$(median none 3)" -v with="$(median some 3)" -v rate="$(median none 2)" -v failed="$(failures)" 'BEGIN {
    printf "p99 at %.0f predictions/s: %.3f ms without outcomes, %.3f ms with them: %.3f of it (goal: at most 1.15); failed: %d\n",
        rate, without, with, with / without, failed }'

echo "the intake alone:"
send --seconds "$seconds" --connections 4 --batch 1000
