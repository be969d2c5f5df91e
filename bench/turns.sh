# For benchmarks that compare ways of being asked by turns, so that what else the machine does befalls all of them. Sourced in the project's
# folder with $name (of the benchmark), $seconds and $rounds. The benchmark defines round: WAY SECONDS.

directory=target/bench/$name
rm -rf "$directory"
mkdir -p "$directory"
services=
trap 'kill $services 2>/dev/null; wait 2>/dev/null || true' EXIT INT TERM

# needs TOOL...
needs() {
    for tool in "$@"; do
        command -v "$tool" >/dev/null || { echo "This needs $tool." >&2; exit 1; }
    done
    if [ ! -f target/quarkus-app/quarkus-run.jar ]; then
        echo "The service is not packaged yet: run 'make package' first." >&2
        exit 1
    fi
}

# start_service PORT [FOLDER]: starts the service, of another folder of the project if it is named, and waits until it is ready. It stops
# with the benchmark.
start_service() {
    UNDERSTUDY_DATA_DIR=$PWD/$directory/data-$1 QUARKUS_HTTP_HOST=127.0.0.1 QUARKUS_HTTP_PORT=$1 \
        "${2:-.}/scripts/run.sh" >"$directory/service-$1.log" 2>&1 &
    services="$services $!"
    tries=0
    until curl -fs "http://127.0.0.1:$1/q/health/ready" >/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 120 ] || { echo "The service is not ready after two minutes: $directory/service-$1.log" >&2; exit 1; }
        sleep 1
    done
}

# predictions WAY SECONDS URL THINK_MS [wrk's options]; prints: WAY predictions/s p99 failures
predictions() {
    predictions_way=$1 predictions_seconds=$2 predictions_url=$3 predictions_think=$4
    shift 4
    wrk -t1 -c64 -d"${predictions_seconds}s" -s bench/wrk/predict.lua "$@" "$predictions_url" -- \
        /api/v1/predict bull_specialist "$predictions_think" |
        awk -v way="$predictions_way" '/^RESULT/ { print way, $2, $4, $7 }'
}

# by_turns WAY...: the rounds, into $directory/rounds.txt. Before them a long one of each, so that everything is compiled and warm.
by_turns() {
    for way in "$@"; do
        round "$way" $((3 * seconds)) >/dev/null
    done
    echo "load average before: $(cut -d' ' -f1-3 /proc/loadavg)"
    i=0
    while [ $i -lt "$rounds" ]; do
        for way in "$@"; do
            round "$way" "$seconds"
        done
        # each way is first as often
        first=$1
        shift
        set -- "$@" "$first"
        i=$((i + 1))
    done | tee "$directory/rounds.txt"
    echo "load average after: $(cut -d' ' -f1-3 /proc/loadavg)"
}

# median WAY COLUMN: of the rounds
median() {
    awk -v way="$1" -v column="$2" '$1 == way { print $column }' "$directory/rounds.txt" | sort -g |
        awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

# failures: of all rounds
failures() {
    awk '{ failed += $4 } END { print failed + 0 }' "$directory/rounds.txt"
}
