#!/bin/sh
# Lists the classes that the packaged service loads on its event loops from its start to its end, for
# src/main/resources/META-INF/event-loop-classes.txt, which has them loaded before. Needs `make package`, curl and a PostgreSQL
# named as for `make run`; run it after an upgrade of Quarkus: scripts/event-loop-classes.sh > src/main/resources/META-INF/event-loop-classes.txt
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
JAVA_HOME=$("$root/scripts/find-jdk.sh")
export JAVA_HOME UNDERSTUDY_DATA_DIR="$work/data" QUARKUS_HTTP_PORT="${QUARKUS_HTTP_PORT:-18080}"
JAVA_OPTS="-Xlog:class+load=info:file=$work/classes:tid:filecount=0 -Dunderstudy.preload=false" "$root/scripts/run.sh" >"$work/out" 2>&1 &
service=$!
at=http://localhost:$QUARKUS_HTTP_PORT
attempts=0
until curl -sf -o "$work/ready" "$at/q/health/ready"; do
    attempts=$((attempts + 1))
    if [ "$attempts" -gt 120 ]; then
        cat "$work/out" >&2
        kill "$service"
        exit 1
    fi
    sleep 1
done
for path in /q/metrics /api/v1/models /api/v1/ab-test/list /nothing; do
    curl -s -o "$work/answer" "$at$path"
done
curl -s -o "$work/answer" -H 'Content-Type: application/json' -d '{"symbol":"A","features":[]}' "$at/api/v1/predict"
threads=$("$JAVA_HOME/bin/jcmd" "$service" Thread.print | sed -n 's/^"vert\.x-eventloop-thread-.*nid=\([0-9]*\).*/\1/p' | paste -sd '|' -)
kill "$service"
wait "$service" || true
# what is made at run time has another name each time
grep -E "^\[($threads)\]" "$work/classes" | grep '\.jar$' | awk '{print $2}' |
    grep -v -e '/0x' -e 'Lambda' -e '_Bean' -e '_ClientProxy' -e '_Observer' -e '_Subclass' -e '^ai\.ultrathink' | LC_ALL=C sort -u
