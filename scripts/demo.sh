#!/bin/sh
# Compiles the demonstration and replays the market against the packaged service. Arguments go to demo/MarketReplay.java;
# DEMO_DIR is where data and log go.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
directory=${DEMO_DIR:-target/demo}
libraries='target/quarkus-app/lib/main/*'

if [ ! -f target/quarkus-app/quarkus-run.jar ]; then
    echo "The service is not packaged yet: run 'make demo', which does that first." >&2
    exit 1
fi
JAVA_HOME=$(scripts/find-jdk.sh)
export JAVA_HOME
"$JAVA_HOME/bin/javac" --release 21 -proc:none -nowarn -cp "$libraries" -d "$directory/classes" demo/*.java

# a bar that draws over itself is for terminals only
terminal=false
if [ -t 1 ]; then terminal=true; fi
exec "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -Ddemo.directory="$directory" -Ddemo.terminal=$terminal \
    -cp "$directory/classes:$libraries" demo.MarketReplay "$@"
