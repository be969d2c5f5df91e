#!/bin/sh
# Measures the packaged service, and the peer beside it where there is a Python; writes docs/benchmarks.md. A short run for
# trying things out, which writes target/bench/benchmarks.md and leaves JMH out: BENCH_SECONDS=2 BENCH_ROUNDS=1 bench/run.sh
# BENCH_REPORT names another file.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"

if ! command -v wrk >/dev/null; then
    echo "The benchmark needs wrk: apt-get install wrk" >&2
    exit 1
fi
if [ ! -f target/quarkus-app/quarkus-run.jar ]; then
    echo "The service is not packaged yet: run 'make bench', which does that first." >&2
    exit 1
fi
# The peer's Python, with its libraries in an environment of its own.
python=$PWD/target/peer-venv/bin/python
if ! cmp -s bench/peer/requirements.txt target/peer-venv/installed.txt; then
    echo "Installing the peer's libraries, torch among them, into target/peer-venv"
    rm -rf target/peer-venv
    if python3 -m venv target/peer-venv >target/peer-venv.log 2>&1 &&
        "$python" -m pip install -q --retries 1 -r bench/peer/requirements.txt >>target/peer-venv.log 2>&1; then
        cp bench/peer/requirements.txt target/peer-venv/installed.txt
    else
        echo "The peer is left out: there is no Python 3 that can install bench/peer/requirements.txt (target/peer-venv.log)."
        python=
    fi
fi

if [ -z "${BENCH_SECONDS:-}${BENCH_ROUNDS:-}" ]; then
    bench/jmh.sh
    export BENCH_JMH_RESULTS=target/jmh/results.json
fi

make -s compile
mkdir -p target/bench
TOOL_OPTS=-XX:TieredStopAtLevel=1 exec scripts/tool.sh bench.Bench ${python:+"$python"}
