package ai.ultrathink.understudy.simulation;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All runs of a scenario.
 *
 * @param seconds on the clock, with all processors together at work
 */
record Summary(Scenario scenario, List<ScenarioRun> each, double seconds) {

    private Stream<ScenarioEnd> ends() {
        return each.stream().map(ScenarioRun::end);
    }

    int runs() {
        return each.size();
    }

    ErrorRate falseRollBacks() {
        return new ErrorRate(falseReasons().count(), runs());
    }

    Stream<String> falseReasons() {
        return ends().filter(ScenarioEnd.FalseRollBack.class::isInstance)
                .map(end -> ((ScenarioEnd.FalseRollBack) end).why());
    }

    ErrorRate falsePromotions() {
        return new ErrorRate(each.stream().filter(ScenarioRun::falsePromotion).count(), runs());
    }

    long missed() {
        return ends().filter(ScenarioEnd.Missed.class::isInstance).count();
    }

    /** Samples until it was found, at a quantile of all runs; null if fewer runs than that have found it. */
    @Nullable Long samples(double quantile) {
        long[] sorted = ends().filter(ScenarioEnd.Found.class::isInstance)
                .mapToLong(end -> ((ScenarioEnd.Found) end).samples())
                .sorted()
                .toArray();
        int place = (int) Math.ceil(quantile * runs()) - 1;
        return place < sorted.length ? (Long) sorted[place] : null;
    }

    /** Whether the upper ends of the false rates are within what was asked for. */
    boolean keepsFalseRates() {
        return keepsFalseRates(ErrorRate::atMost);
    }

    /** Whether the rates themselves are; with few runs this shows little. */
    boolean seemsToKeepFalseRates() {
        return keepsFalseRates(ErrorRate::rate);
    }

    private boolean keepsFalseRates(ToDoubleFunction<ErrorRate> figure) {
        return figure.applyAsDouble(falseRollBacks()) <= scenario.asked().falseRollBack()
                && (!scenario.expectation().forbidsPromotion(Long.MAX_VALUE)
                        || figure.applyAsDouble(falsePromotions())
                                <= scenario.asked().falsePromotion());
    }
}
