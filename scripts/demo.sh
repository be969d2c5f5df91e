#!/bin/sh
# Packages the service when its sources are newer, then replays the market against it.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
make -s package-if-changed
JAVA_HOME=$(scripts/find-jdk.sh)
export JAVA_HOME
exec "$JAVA_HOME/bin/java" -cp 'target/quarkus-app/lib/main/*' demo/MarketReplay.java "$@"
