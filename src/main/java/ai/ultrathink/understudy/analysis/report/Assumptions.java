package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.experiment.Experiment;
import java.util.List;
import java.util.Locale;

/** Assumptions behind the figures of a report, so that a reader who doubts one knows what it affects. */
final class Assumptions {

    private Assumptions() {}

    static List<String> of(Experiment experiment) {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "If requests are independent of each other, a limit that is kept is ever reported as crossed with a"
                                + " probability of at most %s in total, and %s for each guardrail, over the test's whole life and"
                                + " however often one looks. For a treatment that fails more often than control, but within its"
                                + " limit, this was simulated and not proved.",
                        NumberFormat.number(experiment.guardrails().alpha()),
                        NumberFormat.number(experiment.guardrails().share())),
                String.format(
                        Locale.ROOT,
                        "If requests are independent of each other, a limit that is crossed is ever reported as kept with a"
                                + " probability of at most %s. The split deviation is a check of the data, and passes unless it is"
                                + " breached.",
                        NumberFormat.number(experiment.guardrails().alpha())),
                "Where requests depend on each other, agreement, confidence and latency are corrected by the design effect that"
                        + " was measured over minutes, runs of requests and units. For errors each unit counts once, at its first"
                        + " failure; the size of their difference, and passing, rest on independent requests.",
                "A breach is remembered until a person clears it. Alpha is for limits that were chosen before the results were"
                        + " seen.",
                "A request counts for the arm that it was assigned to, whichever model answered it (intention to treat).",
                "Intervals of means (confidences, mean latencies, the split) are asymptotic: they need the minimum number of"
                        + " samples. E-values, and the intervals of rates and percentiles, are valid for any number.",
                "Mean latencies are compared by the minute, because requests at the same time are fast or slow together;"
                        + " the 95th percentiles are of single requests.",
                "In a split, percentiles and confidences are compared within one split, the present one or the last that had"
                        + " both arms: over several splits, a change in the market would look like a change in the model.");
    }
}
