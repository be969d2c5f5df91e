#!/bin/sh
# Compiles the demonstration and replays the market against the packaged service. Arguments go to demo/MarketReplay.java.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
libraries='target/quarkus-app/lib/main/*'

if [ ! -f target/quarkus-app/quarkus-run.jar ]; then
    echo "The service is not packaged yet: run 'make demo', which does that first." >&2
    exit 1
fi
JAVA_HOME=$(scripts/find-jdk.sh)
export JAVA_HOME
"$JAVA_HOME/bin/javac" --release 21 -proc:none -nowarn -cp "$libraries" -d target/demo/classes demo/*.java

# a bar that draws over itself is for terminals only
terminal=false
if [ -t 1 ]; then terminal=true; fi
exec "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -Ddemo.terminal=$terminal \
    -cp "target/demo/classes:$libraries" demo.MarketReplay "$@"
