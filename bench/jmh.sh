#!/bin/sh
# Runs the benchmarks of bench/jmh and prints their results; target/jmh/results.json has all of them. Arguments go to JMH, such
# as a pattern for the benchmarks' names, or -l to list them; JMH_LENGTH says how long to measure each.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
make -s compile
mkdir -p target/jmh
. scripts/environment.sh
choose_java

# shellcheck disable=SC2086
exec "$JAVA_HOME/bin/java" $flags -cp "target/test-classes:target/classes:$(cat target/test.classpath)" org.openjdk.jmh.Main \
    -jvmArgs "$flags -Dai.djl.offline=true -Dai.djl.pytorch.num_interop_threads=1" \
    ${JMH_LENGTH:--f 2 -wi 3 -w 1s -i 4 -r 1s} -prof gc -foe true -rf json -rff target/jmh/results.json "$@"
