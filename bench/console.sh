#!/bin/sh
# What open consoles cost predictions: requests a second while 50 consoles are open, over those while none is, alternating on one service
# with 200 tests. The consoles' own program runs on the same cores, so its part is in the figure, and is printed.
# Goal: 0.98.
#   bench/console.sh [seconds a round, 10] [rounds, 8]     BENCH_CONSOLES=50 BENCH_POLLING=polling (without the stream of changes)
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
seconds=${1:-10}
rounds=${2:-8}
port=${BENCH_PORT:-18086}
consoles=${BENCH_CONSOLES:-50}
name=console
. bench/turns.sh

needs wrk curl awk node
start_service "$port"
node bench/console/tests.mjs "http://127.0.0.1:$port" 200

round() {
    case $1 in
        closed) predictions "$1" "$2" "http://127.0.0.1:$port" 0 ;;
        open)
            node bench/console/open.mjs "http://127.0.0.1:$port" "$consoles" ${BENCH_POLLING:-} >"$directory/open.txt" 2>&1 &
            opened=$!
            services="$services $opened"
            until grep -q '^open' "$directory/open.txt"; do
                kill -0 $opened 2>/dev/null || { cat "$directory/open.txt" >&2; exit 1; }
                sleep 0.2
            done
            # each reads once more when its stream begins
            sleep 2
            predictions "$1" "$2" "http://127.0.0.1:$port" 0
            kill $opened
            wait $opened 2>/dev/null || true
            tail -n 1 "$directory/open.txt" >&2
            ;;
    esac
}

by_turns closed open

awk -v closed="$(median closed 2)" -v open="$(median open 2)" -v consoles="$consoles" -v failed="$(failures)" \
    -v late="$(median closed 3)" -v later="$(median open 3)" 'BEGIN {
    printf "no console open: %.0f predictions/s, p99 %s; %d open: %.0f, p99 %s: %.3f of it (goal 0.98); failed: %d\n",
        closed, late, consoles, open, later, open / closed, failed }'
