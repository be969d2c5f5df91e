package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.experiment.Experiment;
import java.util.List;
import java.util.Locale;

/** What the figures of a report take for granted. A reader who doubts one of these knows what to doubt. */
final class Assumptions {

    private Assumptions() {}

    static List<String> of(Experiment experiment) {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "Guardrails and figures are over the test's whole life and hold at every look, however often and for"
                                + " whatever reason one looks: the probability that any limit which is kept is ever said to"
                                + " be crossed is at most %s in all, %s for each guardrail.",
                        NumberFormat.number(experiment.guardrails().alpha()),
                        NumberFormat.number(experiment.guardrails().share())),
                "Requests are independent of each other. Where few units bring most of the requests, or the same request"
                        + " comes again and again, agreement, confidence and error rates are less certain than they look; the"
                        + " split counts a unit once, however often it comes back.",
                "A request counts for the arm that it was assigned to, whoever answered it (intention to treat).",
                "Intervals of means (confidences, mean latencies, the split) are asymptotic: they rely on the minimum number of"
                        + " samples. E-values, and the intervals of rates and percentiles, hold for any number.",
                "Mean latencies are compared by their means of a minute, because requests of one moment are fast or slow"
                        + " together; the 95th percentiles are of single requests.",
                "In a split, percentiles and confidences are compared while one split held, the present or the last that had both"
                        + " arms: over several splits a change of the market would look like one of the model.");
    }
}
