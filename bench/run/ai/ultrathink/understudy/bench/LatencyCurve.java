package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.bench.Contender.Mode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What callers wait in each mode, over the rate of requests, in one placement.
 *
 * @param saturation requests a second that a shadow answers as fast as it can
 * @param runs for each point one a round, in the order of the rounds
 */
record LatencyCurve(CorePlacement placement, double saturation, Map<CurvePoint, List<LoadResult>> runs) {

    /** Of the saturation of a shadow. */
    static final List<Integer> PERCENTS = List.of(10, 25, 50, 75);

    static LatencyCurve empty(CorePlacement placement, double saturation) {
        Map<CurvePoint, List<LoadResult>> runs = new HashMap<>();
        for (int percent : PERCENTS) {
            for (Mode mode : Mode.values()) {
                runs.put(new CurvePoint(percent, mode), new ArrayList<>());
            }
        }
        return new LatencyCurve(placement, saturation, runs);
    }

    /** Requests a second at a point. */
    double rate(CurvePoint point) {
        return saturation * point.percent() / 100;
    }

    List<LoadResult> at(CurvePoint point) {
        return Objects.requireNonNull(runs.get(point));
    }

    /** Milliseconds at a percentile, over the rounds. */
    Spread latency(CurvePoint point, double percentile) {
        return Spread.of(at(point).stream().mapToDouble(run -> run.latencies().millis(percentile)));
    }

    /** A mode over no test at the same rate. Each round gives one quotient, of runs that were near each other. */
    Spread overNoTest(CurvePoint point, double percentile) {
        List<LoadResult> with = at(point);
        List<LoadResult> without = at(new CurvePoint(point.percent(), Mode.NO_TEST));
        return Spread.of(IntStream.range(0, with.size())
                .mapToDouble(round -> with.get(round).latencies().millis(percentile)
                        / without.get(round).latencies().millis(percentile)));
    }
}
