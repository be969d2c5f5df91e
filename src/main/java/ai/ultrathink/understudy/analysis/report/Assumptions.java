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
                        "Guardrails and figures cover the test's whole life and are valid at every look, however often one"
                                + " looks: the probability that a limit is ever reported as crossed although it is kept is at"
                                + " most %s in total, %s for each guardrail.",
                        NumberFormat.number(experiment.guardrails().alpha()),
                        NumberFormat.number(experiment.guardrails().share())),
                "Requests are independent of each other. If few units send most of the requests, or the same request is"
                        + " repeated, agreement, confidence and error rates are less certain than they look. The split counts each"
                        + " unit once.",
                "A request counts for the arm that it was assigned to, whichever model answered it (intention to treat).",
                "Intervals of means (confidences, mean latencies, the split) are asymptotic: they need the minimum number of"
                        + " samples. E-values, and the intervals of rates and percentiles, are valid for any number.",
                "Mean latencies are compared by the minute, because requests at the same time are fast or slow together;"
                        + " the 95th percentiles are of single requests.",
                "In a split, percentiles and confidences are compared within one split, the present one or the last that had"
                        + " both arms: over several splits, a change in the market would look like a change in the model.");
    }
}
