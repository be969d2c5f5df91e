#!/bin/sh
# Plays the faults against the packaged service: all of them, or those whose names contain one of the arguments.
# "make faults" compiles them first.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
JAVA_HOME=$(scripts/find-jdk.sh)
export JAVA_HOME

exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx512m \
    -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
    -cp "target/test-classes:target/classes:$(cat target/faults.classpath)" ai.ultrathink.understudy.faults.Faults "$@"
