package ai.ultrathink.understudy.analysis;

import java.util.List;
import java.util.stream.Stream;

/** The lines of a report, in order. */
final class FigureLines {

    /** Of each interval alone. */
    static final double CONFIDENCE = 0.95;

    static final double ALPHA = 1 - CONFIDENCE;

    /** An interval that is asymptotic is none below, nor is its p-value: four equal numbers would seem to be certain. */
    static final long FEWEST_REQUESTS = 100;

    private FigureLines() {}

    static List<Figure> of(Case evidence) {
        Phases phases = Phases.of(evidence);
        return Stream.of(
                        SampleFigures.of(phases),
                        AnswerFigures.of(phases),
                        LatencyFigures.of(phases.compared()),
                        FailureFigures.of(phases))
                .flatMap(List::stream)
                .toList();
    }
}
