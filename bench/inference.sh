#!/bin/sh
# What the Open Inference Protocol costs over REST: inferences a second of one row each, as JSON and as bytes, over predictions a second, by
# turns on one service without a test. Goal: at least 0.8.
#   bench/inference.sh [seconds a round, 8] [rounds, 6]
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
seconds=${1:-8}
rounds=${2:-6}
port=${BENCH_PORT:-18096}
name=inference
. bench/turns.sh

needs wrk curl awk
start_service "$port"

# asked WAY SECONDS PATH FORM; prints: WAY requests/s p99 failures
asked() {
    wrk -t1 -c64 -d"${2}s" -s bench/wrk/predict.lua "http://127.0.0.1:$port" -- "$3" bull_specialist 0 "$4" |
        awk -v way="$1" '/^RESULT/ { print way, $2, $4, $7 }'
}

round() {
    case $1 in
        predict) asked "$1" "$2" /api/v1/predict own ;;
        tensors) asked "$1" "$2" /v2/models/bull_specialist/infer tensors ;;
        bytes) asked "$1" "$2" /v2/models/bull_specialist/infer bytes ;;
    esac
}

by_turns predict tensors bytes
awk -v own="$(median predict 2)" -v tensors="$(median tensors 2)" -v bytes="$(median bytes 2)" -v failed="$(failures)" 'BEGIN {
    printf "predict: %.0f requests/s; /v2 as JSON: %.0f, %.3f of it; as bytes: %.0f, %.3f of it (goal: at least 0.8); failed: %d\n",
        own, tensors, tensors / own, bytes, bytes / own, failed }'
