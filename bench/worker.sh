#!/bin/sh
# What it costs that treatments run in a worker: two services, one with its treatments in a worker and one with them in its own process,
# by turns. In shadow as fast as 64 connections can ask, in shadow at a moderate rate, and in a split with one connection; then the memory
# of both, and the time from SIGKILL of the worker to its next answer. Goals: requests a second in shadow at least 0.8 of those in process,
# p50 and p99 of its callers at most 1.0 of those, at most 150 µs more for a treatment's answer at p50, and the next answer after 3 s (1.5 s
# as a native executable, which UNDERSTUDY_EXECUTABLE names).
#   bench/worker.sh [seconds a round, 8] [rounds, 6] [predictions a second in the moderate case, 2000]
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
seconds=${1:-8}
rounds=${2:-6}
each_second=${3:-2000}
worker=${BENCH_PORT:-18088}
process=$((worker + 1))
think=$(awk -v rate="$each_second" 'BEGIN { print 64 * 1000 / rate }')
name=worker
. bench/turns.sh

needs wrk curl awk
# a worker that is killed is started again at once
UNDERSTUDY_TREATMENT_DEATH_WINDOW=1s UNDERSTUDY_TREATMENT_RUNTIME=worker start_service "$worker"
UNDERSTUDY_TREATMENT_RUNTIME=in_process start_service "$process"

# call PORT PATH [body]
call() {
    curl -fs -H 'Content-Type: application/json' -X POST "http://127.0.0.1:$1/api/v1/$2" -d "${3:-}" -o /dev/null
}

alert='{"action": "alert"}'
# a test of all callers in a mode; the one before is at an end
begin() {
    for port in $worker $process; do
        if [ -n "${test:-}" ]; then call "$port" "ab-test/$test/disable"; fi
        call "$port" ab-test/create "{\"test_id\": \"$1\", \"control_model\": \"bull_specialist\", \"treatment_model\": \"bull_specialist_v2\", $2,
            \"guardrails\": {\"agreement\": $alert, \"p95_latency_delta_ms\": $alert, \"confidence_delta\": $alert, \"split_deviation\": $alert,
            \"error_rate_delta\": $alert}}"
    done
    test=$1
}

# asked WAY SECONDS PORT THREADS CONNECTIONS THINK_MS; prints: WAY predictions/s p99 failures p50
asked() {
    wrk -t"$4" -c"$5" -d"${2}s" -s bench/wrk/predict.lua "http://127.0.0.1:$3" -- /api/v1/predict bull_specialist "$6" |
        awk -v way="$1" '/^RESULT/ { print way, $2, $4, $7, $3 }'
}

round() {
    case $1 in
        fast-worker) asked "$1" "$2" "$worker" 1 64 0 ;;
        fast-process) asked "$1" "$2" "$process" 1 64 0 ;;
        moderate-worker) asked "$1" "$2" "$worker" 1 64 "$think" ;;
        moderate-process) asked "$1" "$2" "$process" 1 64 "$think" ;;
        split-worker) asked "$1" "$2" "$worker" 1 1 0 ;;
        split-process) asked "$1" "$2" "$process" 1 1 0 ;;
    esac
}

begin shadow '"mode": "shadow"'
by_turns fast-worker fast-process moderate-worker moderate-process
awk -v wr="$(median fast-worker 2)" -v pr="$(median fast-process 2)" -v w50="$(median moderate-worker 5)" -v p50="$(median moderate-process 5)" \
    -v w99="$(median moderate-worker 3)" -v p99="$(median moderate-process 3)" -v f50="$(median fast-worker 5)" -v g50="$(median fast-process 5)" \
    -v f99="$(median fast-worker 3)" -v g99="$(median fast-process 3)" -v failed="$(failures)" 'BEGIN {
    printf "shadow, as fast as can be: %.0f requests/s with a worker, %.0f in process: %.3f (goal: at least 0.8); p50 %.2f (%.3f to %.3f ms), p99 %.2f (%.3f to %.3f ms)\n",
        wr, pr, wr / pr, f50 / g50, g50, f50, f99 / g99, g99, f99
    printf "shadow, moderate: p50 %.3f to %.3f ms: %.2f; p99 %.3f to %.3f ms: %.2f (goals: at most 1.0); failed: %d\n",
        p50, w50, w50 / p50, p99, w99, w99 / p99, failed }'

begin split '"traffic_split": 1.0'
by_turns split-worker split-process
awk -v w50="$(median split-worker 5)" -v p50="$(median split-process 5)" -v failed="$(failures)" 'BEGIN {
    printf "split, a treatment'"'"'s answer at p50: %.3f to %.3f ms: %.0f µs more (goal: at most 150); failed: %d\n",
        p50, w50, (w50 - p50) * 1000, failed }'

# resident PID: in MiB, and of it its own
resident() {
    awk '/^VmRSS/ { all = $2 } /^RssAnon/ { own = $2 } END { printf "%.0f MiB (%.0f its own)", all / 1024, own / 1024 }' "/proc/$1/status"
}
worker_pid() {
    curl -s "http://127.0.0.1:$worker/q/health/ready" | sed -n 's/.*serving in process \([0-9]*\).*/\1/p'
}
pid=$(worker_pid)
service_pid() { awk '{ print $4 }' "/proc/$1/stat"; }
echo "memory: service $(resident "$(service_pid "$pid")") and its worker $(resident "$pid"); in process $(resident "${services##* }")"

body=$(awk -F, 'NR == 2 { sub("^[^,]*,", ""); printf "{\"symbol\": \"SPX\", \"unit_id\": \"one\", \"model\": \"bull_specialist\", \"features\": [%s]}", $0 }' \
    models/replay/sp500.csv)
served_by_treatment() {
    curl -s -H 'Content-Type: application/json' -X POST "http://127.0.0.1:$worker/api/v1/predict" -d "$body" | grep -q '"served_by":"treatment"'
}
for time in 1 2 3; do
    pid=$(worker_pid)
    before=$(date +%s%N)
    kill -9 "$pid"
    while [ "$(worker_pid)" = "$pid" ] || [ -z "$(worker_pid)" ]; do sleep 0.02; done
    serving=$(date +%s%N)
    tries=0
    until served_by_treatment; do
        tries=$((tries + 1))
        [ $tries -lt 3000 ] || { echo "No treatment answers again." >&2; exit 1; }
        sleep 0.02
    done
    after=$(date +%s%N)
    echo "after SIGKILL: another worker serves after $(((serving - before) / 1000000)) ms, the treatment answers after $(((after - before) / 1000000)) ms"
    # longer than the window
    sleep 5
done
