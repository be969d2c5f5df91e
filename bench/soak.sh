#!/bin/sh
# Keeps the packaged service at half of its saturation in a shadow test, every row stored, and looks at its resident memory
# each minute: bench/soak.sh [minutes, default 60]. Prints a line a minute and at the end the memory over that after five
# minutes; target/soak.csv has all of it. An hour stores some 20 million rows: 15 GB under target, deleted at the end.
set -eu
minutes=${1:-60}
settled=5
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"

if ! command -v wrk >/dev/null; then
    echo "The soak needs wrk: apt-get install wrk" >&2
    exit 1
fi
case $minutes in
    '' | *[!0-9]*) echo "minutes: got \"$minutes\"; allowed: a number above $settled" >&2; exit 1 ;;
esac
if [ "$minutes" -le $settled ]; then
    echo "minutes: got \"$minutes\"; allowed: a number above $settled, for the memory after $settled minutes is the measure" >&2
    exit 1
fi

port=${QUARKUS_HTTP_PORT:-18970}
url=http://127.0.0.1:$port
data=target/soak-data
csv=target/soak.csv
service=
load=

stop() {
    trap - EXIT INT TERM
    [ -z "$load" ] || kill "$load" 2>/dev/null || true
    if [ -n "$service" ]; then
        kill "$service" 2>/dev/null || true
        wait "$service" 2>/dev/null || true
    fi
    rm -rf "$data"
}
trap stop EXIT
trap 'exit 130' INT TERM

post() {
    curl -fsS -o target/soak-answer.json -H 'Content-Type: application/json' -d "$2" "$url$1"
}

# In the background; load is its process. Its last line will be RESULT requests/s p50 p99 p99.9 requests failures.
attack() {
    wrk -t1 -c64 -d"$1" -s bench/wrk/predict.lua "$url" -- /api/v1/predict bull_specialist "$2" >target/soak-wrk.txt &
    load=$!
}

result() {
    sed -n 's/^RESULT //p' target/soak-wrk.txt
}

resident_kib() {
    sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$service/status"
}

rm -rf "$data"
mkdir -p target
env -u DATABASE_URL UNDERSTUDY_DATA_DIR="$data" QUARKUS_HTTP_HOST=127.0.0.1 QUARKUS_HTTP_PORT="$port" \
    scripts/run.sh >target/soak.log 2>&1 &
service=$!
until curl -fs -o target/soak-answer.json "$url/q/health/ready"; do
    if ! kill -0 "$service" 2>/dev/null; then
        echo "The service does not start; see target/soak.log" >&2
        exit 1
    fi
    sleep 1
done
post /api/v1/ab-test/create '{"test_id": "soak", "control_model": "bull_specialist",
    "treatment_model": "bull_specialist_v2", "mode": "shadow"}'

attack 20s 0
wait "$load" # warm now
attack 20s 0
wait "$load"
saturation=$(result | cut -d' ' -f1)
# each of 64 connections asks again after a pause; the answer itself takes about a millisecond
think=$(awk -v rate="$saturation" 'BEGIN { think = 64 * 1000 / (rate / 2) - 1; print (think > 0.1) ? think : 0.1 }')
echo "Saturation $saturation requests/s; half of it for $minutes minutes"

attack "${minutes}m" "$think"
echo "minute,resident_kib" >$csv
minute=0
while [ "$minute" -lt "$minutes" ]; do
    sleep 60
    minute=$((minute + 1))
    echo "$minute,$(resident_kib)" | tee -a $csv
done
wait "$load"
load=

awk -F, -v settled=$settled -v result="$(result)" '
    BEGIN { split(result, figure, " ") }
    $1 == settled { before = $2 }
    { last = $2 }
    END { printf "%s requests/s, p50 %s ms, p99 %s ms, %s failures; %d MiB after %d minutes, %d MiB at the end: ratio %.3f (goal: at most 1.05)\n",
        figure[1], figure[2], figure[3], figure[6], before / 1024, settled, last / 1024, last / before }' $csv
