#!/bin/sh
# Runs a program that is compiled with the tests, such as faults.Faults: scripts/tool.sh CLASS [arguments]. TOOL_OPTS is added to
# the JVM's flags, TOOL_GC is another garbage collector than the serial one. "make compile" compiles it first.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
. scripts/environment.sh
choose_java
program=$1
shift

# shellcheck disable=SC2086
exec "$JAVA_HOME/bin/java" $flags ${TOOL_GC:--XX:+UseSerialGC} -Xmx512m -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
    ${TOOL_OPTS:-} -cp "target/test-classes:target/classes:$(cat target/test.classpath)" "ai.ultrathink.understudy.$program" "$@"
