# For benchmarks that compare two ways of using one service, "none" and "some", by turns, so that what else the machine does befalls both.
# Sourced in the project's folder with $name (of the benchmark), $port, $seconds and $rounds. The benchmark defines round: name seconds.

url=http://127.0.0.1:$port
directory=target/bench/$name

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

# Starts the service, and waits until it is ready. It stops with the benchmark.
start_service() {
    rm -rf "$directory"
    mkdir -p "$directory"
    UNDERSTUDY_DATA_DIR=$directory/data QUARKUS_HTTP_HOST=127.0.0.1 QUARKUS_HTTP_PORT=$port \
        scripts/run.sh >"$directory/service.log" 2>&1 &
    service=$!
    trap 'kill $service 2>/dev/null; wait $service 2>/dev/null || true' EXIT INT TERM
    tries=0
    until curl -fs "$url/q/health/ready" >/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 120 ] || { echo "The service is not ready after two minutes: $directory/service.log" >&2; exit 1; }
        sleep 1
    done
}

# predictions THINK_MS NAME SECONDS; prints: NAME predictions/s p99 failures
predictions() {
    wrk -t1 -c64 -d"$3s" -s bench/wrk/predict.lua "$url" -- /api/v1/predict bull_specialist "$1" |
        awk -v name="$2" '/^RESULT/ { print name, $2, $4, $7 }'
}

# The rounds, into $directory/rounds.txt. Before them one of each, so that everything is compiled and warm.
by_turns() {
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
    echo "load average after: $(cut -d' ' -f1-3 /proc/loadavg)"
}

# median NAME COLUMN: of the rounds
median() {
    awk -v name="$1" -v column="$2" '$1 == name { print $column }' "$directory/rounds.txt" | sort -g |
        awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

# failures: of all rounds
failures() {
    awk '{ failed += $4 } END { print failed + 0 }' "$directory/rounds.txt"
}
