#!/bin/sh
# Draws docs/pictures from the dashboards of deploy/monitoring, with what a real Prometheus has scraped from the packaged
# service during some minutes of traffic. "make pictures" compiles it first.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
JAVA_HOME=$(scripts/find-jdk.sh)
export JAVA_HOME

command -v prometheus >/dev/null || {
    echo "make pictures needs prometheus on the PATH (Debian: apt-get install prometheus)" >&2
    exit 1
}

exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx256m \
    -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
    -cp "target/test-classes:target/classes:$(cat target/pictures.classpath)" ai.ultrathink.understudy.monitoring.Pictures
