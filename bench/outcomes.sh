#!/bin/sh
# What realised outcomes cost: the 99th percentile that callers of predictions wait while outcomes come, over that without. Both are
# measured on one service with its own PostgreSQL, by turns, so that what else the machine does befalls both; the medians of the
# rounds are compared. Goal: at most 1.15. Predictions are answered in a shadow with an outcome plan, every row stored. Then the intake
# alone, as fast as four connections can send. Goal: 20,000 a second.
#   bench/outcomes.sh [seconds a round, 10] [rounds, 7] [outcomes a second, 5000] [predictions a second, about, 2000]
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
seconds=${1:-10}
rounds=${2:-7}
outcomes=${3:-5000}
predictions=${4:-2000}
port=${BENCH_PORT:-18085}
url=http://127.0.0.1:$port
directory=target/bench/outcomes
think=$(awk -v rate="$predictions" 'BEGIN { print 64 * 1000 / rate }')

for tool in wrk curl awk python3; do
    command -v "$tool" >/dev/null || { echo "This needs $tool." >&2; exit 1; }
done
if [ ! -f target/quarkus-app/quarkus-run.jar ]; then
    echo "The service is not packaged yet: run 'make package' first." >&2
    exit 1
fi

rm -rf "$directory"
mkdir -p "$directory"
# the outcomes are of requests that were never made, so they wait
UNDERSTUDY_DATA_DIR=$directory/data QUARKUS_HTTP_HOST=127.0.0.1 QUARKUS_HTTP_PORT=$port \
    UNDERSTUDY_OUTCOMES_MAX_WAITING=1000000000 scripts/run.sh >"$directory/service.log" 2>&1 &
service=$!
trap 'kill $service 2>/dev/null; wait $service 2>/dev/null || true' EXIT INT TERM
tries=0
until curl -fs "$url/q/health/ready" >/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 120 ] || { echo "The service is not ready after two minutes: $directory/service.log" >&2; exit 1; }
    sleep 1
done
curl -fs -H 'Content-Type: application/json' "$url/api/v1/ab-test/create" -o /dev/null -d '{"test_id": "outcomes",
    "control_model": "bull_specialist", "treatment_model": "bull_specialist_v2", "mode": "shadow", "outcome": {
    "positions": {"HOLD": 0, "BUY": 1, "SELL": -1}, "clip": 0.05, "block": "PT1M", "horizon": "PT0S", "limit": -0.0005}}'

send() {
    python3 bench/outcomes/measure.py --url "$url" "$@"
}
# name seconds; prints: name predictions/s p99 failures
round() {
    if [ "$1" = some ]; then
        send --seconds "$2" --connections 1 --batch 1000 --rate "$outcomes" >>"$directory/sent.txt" &
        sender=$!
    fi
    wrk -t1 -c64 -d"$2s" -s bench/wrk/predict.lua "$url" -- /api/v1/predict bull_specialist "$think" |
        awk -v name="$1" '/^RESULT/ { print name, $2, $4, $7 }'
    if [ "$1" = some ]; then wait $sender; fi
}

# compiled and warm before anything counts
round none "$seconds" >/dev/null
round some "$seconds" >/dev/null
: >"$directory/sent.txt"

echo "load average before: $(cut -d' ' -f1-3 /proc/loadavg)"
i=0
while [ $i -lt "$rounds" ]; do
    if [ $((i % 2)) -eq 0 ]; then
        round none "$seconds"
        round some "$seconds"
    else
        round some "$seconds"
        round none "$seconds"
    fi
    i=$((i + 1))
done | tee "$directory/rounds.txt"
echo "load average after: $(cut -d' ' -f1-3 /proc/loadavg)"
grep accepted "$directory/sent.txt"

awk '
    function median(values, count,    i, j, swap) {
        for (i = 1; i <= count; i++) for (j = i + 1; j <= count; j++) if (values[j] < values[i]) {
            swap = values[i]; values[i] = values[j]; values[j] = swap
        }
        return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
    }
    { failed += $4 }
    $1 == "none" { none[++n] = $3; rate[n] = $2 }
    $1 == "some" { some[++s] = $3 }
    END {
        a = median(none, n); b = median(some, s)
        printf "p99 at %.0f predictions/s: %.3f ms without outcomes, %.3f ms with them: %.3f of it (goal: at most 1.15); failed: %d\n",
            median(rate, n), a, b, b / a, failed
    }' "$directory/rounds.txt"

echo "the intake alone:"
send --seconds "$seconds" --connections 4 --batch 1000
