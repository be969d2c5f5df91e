package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.testkit.MeasuredPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The tables about outcomes in docs/simulation.md. */
final class OutcomeReport {

    private static final MeasuredPart DOCUMENT =
            new MeasuredPart(Path.of("docs", "simulation.md"), "make simulate SIMULATIONS=outcomes");

    private OutcomeReport() {}

    static void write(List<OutcomeRunner.Tally> tallies, List<OutcomePower.Found> found, String circumstances)
            throws IOException {
        DOCUMENT.write(circumstances
                + "\n\n| world | what happens | runs × looks | said to be worse: a roll-back | said to be not worse | said to be better"
                + " | asked for | seconds |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n"
                + tallies.stream().map(OutcomeReport::row).collect(Collectors.joining())
                + "\n| in what | runs | a loss that 80% find (±3) | a gain that 80% find (−20/+3) | expected |\n"
                + "| --- | --- | --- | --- | --- |\n"
                + found.stream().map(OutcomeReport::row).collect(Collectors.joining()));
    }

    private static String row(OutcomeRunner.Tally tally) {
        return "| %s | %s | %,d × %,d | %s | %s | %s | %s | %.0f |%n"
                .formatted(
                        tally.world().name(),
                        tally.world().story(),
                        tally.worse().runs(),
                        tally.world().blocks(),
                        rate(tally.worse()),
                        rate(tally.notWorse()),
                        rate(tally.better()),
                        asked(tally),
                        tally.seconds());
    }

    private static String asked(OutcomeRunner.Tally tally) {
        if (!tally.world().promised()) {
            return "nothing is promised";
        }
        double most = Math.max(
                tally.worse().atMost(),
                Math.max(tally.notWorse().atMost(), tally.better().atMost()));
        return "≤ 5%: "
                + (most <= OutcomePlan.USUAL_ALPHA
                        ? "met"
                        : tally.keeps(OutcomePlan.USUAL_ALPHA) ? "not shown" : "not met");
    }

    private static String row(OutcomePower.Found found) {
        OutcomePower power = found.power();
        return "| %s | %,d | %s | %s | %s |%n"
                .formatted(
                        power.name(),
                        found.runs(),
                        yearly(found.worse()),
                        yearly(found.better()),
                        power.expectedBetter() == 0
                                ? percent(power.expectedWorse())
                                : percent(power.expectedWorse()) + " and " + percent(power.expectedBetter()));
    }

    static String rate(ErrorRate rate) {
        return String.format(
                Locale.ROOT, "%.1f%% (%.1f%%–%.1f%%)", 100 * rate.rate(), 100 * rate.atLeast(), 100 * rate.atMost());
    }

    private static String yearly(double fraction) {
        return Double.isInfinite(fraction) ? "none" : percent(fraction) + " a year";
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * fraction);
    }
}
