#!/bin/sh
# Plays the simulations: all scenarios, or those whose names contain one of the arguments. "make simulate" compiles them first.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
JAVA_HOME=$(scripts/find-jdk.sh)
export JAVA_HOME

exec "$JAVA_HOME/bin/java" -Xmx512m -XX:+UseParallelGC \
    -cp "target/test-classes:target/classes:$(cat target/simulation.classpath)" \
    ai.ultrathink.understudy.simulation.Simulation "$@"
