#!/bin/sh
# Runs the packaged service, from any directory: its models, its data and libtorch are the project's unless the environment
# says otherwise. JAVA_HEAP is the heap's size, JAVA_OPTS is added to the JVM's flags, arguments go to the service.
# UNDERSTUDY_EXECUTABLE names a native executable to run in the JVM's place.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
application=$root/target/quarkus-app/quarkus-run.jar
executable=${UNDERSTUDY_EXECUTABLE:-}
heap=${JAVA_HEAP:-}

if [ -n "$executable" ] && [ ! -x "$executable" ]; then
    echo "UNDERSTUDY_EXECUTABLE: got \"$executable\"; allowed: the executable that 'make native' builds under $root/target" >&2
    exit 1
fi
if [ -z "$executable" ] && [ ! -f "$application" ]; then
    echo "The service is not packaged yet: run 'make package' in $root first." >&2
    exit 1
fi
if [ -n "$heap" ] && ! expr "$heap" : '[1-9][0-9]*[mMgG]$' >/dev/null; then
    echo "JAVA_HEAP: got \"$heap\"; allowed: a size such as 768m or 2g" >&2
    exit 1
fi

. "$root/scripts/environment.sh"
export UNDERSTUDY_MODELS_DIR="${UNDERSTUDY_MODELS_DIR:-$root/models}"
export UNDERSTUDY_DATA_DIR="${UNDERSTUDY_DATA_DIR:-$root/data}"

if [ -n "$executable" ]; then
    # the sizes that it was built with unless told otherwise
    exec "$executable" ${heap:+-Xmx"$heap"} "$@"
fi

choose_java

# A heap of one size: what the process takes after a minute it takes after a month.
heap=${heap:-768m}

# Most of the heap is young, and little of it lives: docs/adr/0044-parallel-collector.md.
case " ${JAVA_OPTS:-}" in
    *" -XX:+Use"*GC*) ;;
    *) flags="$flags -XX:+UseParallelGC" ;;
esac

# shellcheck disable=SC2086
exec "$JAVA_HOME/bin/java" -Xms"$heap" -Xmx"$heap" -XX:MetaspaceSize=128m $flags ${JAVA_OPTS:-} -jar "$application" "$@"
