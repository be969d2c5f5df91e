#!/bin/sh
# Builds the native executable, measures it beside the same service in the JVM, and writes the table in docs/native.md. With
# BENCH_BUILD=no it takes the executable that is there. BENCH_SECONDS and BENCH_ROUNDS are those of bench/run.sh.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
libraries='target/quarkus-app/lib/boot/*:target/quarkus-app/lib/main/*:target/quarkus-app/app/*'

if ! command -v wrk >/dev/null; then
    echo "The benchmark needs wrk: apt-get install wrk" >&2
    exit 1
fi
make package
seconds=
if [ "${BENCH_BUILD:-yes}" = yes ]; then
    before=$(date +%s)
    make native
    seconds=$(($(date +%s) - before))
fi
executable=$(ls target/*-runner)
JAVA_HOME=$(scripts/find-jdk.sh)
export JAVA_HOME

mkdir -p target/bench
"$JAVA_HOME/bin/javac" --release 21 -proc:none -nowarn -cp "$libraries" -d target/bench/classes bench/run/*.java
exec "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -Xmx256m -XX:+UseSerialGC -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
    -cp "target/bench/classes:$libraries" bench.run.NativeBench "$executable" $seconds
