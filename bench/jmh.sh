#!/bin/sh
# Compiles the benchmarks of bench/jmh, runs them and prints their results; target/jmh/results.json has all of them. Arguments
# go to JMH, such as a pattern for the benchmarks' names, or -l to list them; JMH_LENGTH says how long to measure each.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
JAVA_HOME=$(scripts/find-jdk.sh)
export JAVA_HOME

echo "Compiling the benchmarks"
./mvnw -B -ntp -q -Pbench process-test-classes

# as scripts/run.sh does for the service
export OMP_NUM_THREADS=1 MKL_CBWR=AUTO,STRICT OPT_OUT_TRACKING=true PYTORCH_LIBRARY_PATH="$root/target/libtorch"
quiet=
if "$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow --version >/dev/null 2>&1; then
    quiet=--sun-misc-unsafe-memory-access=allow
fi

# shellcheck disable=SC2086
exec "$JAVA_HOME/bin/java" $quiet -cp "target/jmh/classes:target/classes:$(cat target/jmh/classpath)" org.openjdk.jmh.Main \
    -jvmArgs "--enable-native-access=ALL-UNNAMED $quiet -Dai.djl.offline=true -Dai.djl.pytorch.num_interop_threads=1" \
    ${JMH_LENGTH:--f 2 -wi 3 -w 1s -i 4 -r 1s} -prof gc -foe true -rf json -rff target/jmh/results.json "$@"
