#!/bin/sh
# Replays the market against the packaged service. Arguments go to MarketReplay; DEMO_DIR is where data and log go.
set -eu
cd "$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)"

if [ ! -f target/quarkus-app/quarkus-run.jar ] || [ ! -f target/test-classes/ai/ultrathink/understudy/demo/MarketReplay.class ]; then
    echo "The service is not packaged yet: run 'make demo', which does that first." >&2
    exit 1
fi
# a bar that draws over itself is for terminals only
terminal=false
if [ -t 1 ]; then terminal=true; fi
export TOOL_OPTS="-XX:TieredStopAtLevel=1 -Ddemo.directory=${DEMO_DIR:-target/demo} -Ddemo.terminal=$terminal"
exec scripts/tool.sh demo.MarketReplay "$@"
