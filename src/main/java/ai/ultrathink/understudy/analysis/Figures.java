package ai.ultrathink.understudy.analysis;

import java.util.List;

/**
 * What a report shows beside the guardrails. Nothing is decided by these.
 *
 * @param confidence of each interval alone, such as 0.95; every interval holds at every look
 * @param each in the order of a report
 */
public record Figures(double confidence, List<Figure> each) {

    public Figures {
        each = List.copyOf(each);
    }

    /** The figures of a case: all of them, also those that have no data yet. */
    public static Figures of(Case evidence) {
        return new Figures(FigureLines.CONFIDENCE, FigureLines.of(evidence));
    }
}
