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
api=http://127.0.0.1:$port/api/v1
directory=target/bench/pairs

for tool in wrk curl awk; do
    command -v "$tool" >/dev/null || { echo "This needs $tool." >&2; exit 1; }
done
if [ ! -f target/quarkus-app/quarkus-run.jar ]; then
    echo "The service is not packaged yet: run './mvnw package -DskipTests' first." >&2
    exit 1
fi

rm -rf "$directory"
mkdir -p "$directory"
UNDERSTUDY_DATA_DIR=$directory/data QUARKUS_HTTP_HOST=127.0.0.1 QUARKUS_HTTP_PORT=$port \
    scripts/run.sh >"$directory/service.log" 2>&1 &
service=$!
trap 'kill $service 2>/dev/null; wait $service 2>/dev/null || true' EXIT INT TERM
tries=0
until curl -fs "http://127.0.0.1:$port/q/health/ready" >/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 120 ] || { echo "The service is not ready after two minutes: $directory/service.log" >&2; exit 1; }
    sleep 1
done

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
    wrk -t1 -c64 -d"$2s" -s bench/wrk/predict.lua "http://127.0.0.1:$port" -- /api/v1/predict bull_specialist 0 |
        awk -v name="$1" '/^RESULT/ { print name, $2, $4, $7 }'
    change "$1" flush
    change "$1" disable
}

create none 0
create some "$pairs"
# compiled and warm before anything counts
round none "$seconds" >/dev/null
round some "$seconds" >/dev/null

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

awk -v pairs="$pairs" '
    function median(values, count,    i, j, swap) {
        for (i = 1; i <= count; i++) for (j = i + 1; j <= count; j++) if (values[j] < values[i]) {
            swap = values[i]; values[i] = values[j]; values[j] = swap
        }
        return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
    }
    { failed += $4 }
    $1 == "none" { none[++n] = $2 }
    $1 == "some" { some[++s] = $2 }
    END {
        a = median(none, n); b = median(some, s)
        printf "without pairs %.0f requests/s, with pairs %s %.0f: %.3f of it (goal 0.9); failed: %d\n", a, pairs, b, b / a, failed
    }' "$directory/rounds.txt"
curl -fs "http://127.0.0.1:$port/q/metrics" | grep '^understudy_pairs_total.*pairs-some' || true
