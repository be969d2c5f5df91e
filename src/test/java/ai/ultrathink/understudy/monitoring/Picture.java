package ai.ultrathink.understudy.monitoring;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Draws a dashboard as Grafana lays it out. */
final class Picture {

    private static final double COLUMN = 50;
    private static final double ROW = 34;
    private static final double GAP = 4;
    private static final double HEAD = 36;
    private static final Duration STEP = Duration.ofSeconds(5);

    private final Prometheus prometheus;
    private final String testId;
    private final Duration rateInterval;
    private final Instant from;
    private final Instant to;

    /**
     * Of a span of time.
     *
     * @param testId the test that is chosen
     * @param rateInterval what Grafana would make of the span and the pace of scraping
     */
    Picture(Prometheus prometheus, String testId, Duration rateInterval, Instant from, Instant to) {
        this.prometheus = prometheus;
        this.testId = testId;
        this.rateInterval = rateInterval;
        this.from = from;
        this.to = to;
    }

    String of(Dashboard dashboard, String subtitle) {
        double height = dashboard.panels().stream()
                .map(Panel::place)
                .mapToDouble(place -> (place.y() + place.height()) * ROW)
                .max()
                .orElseThrow();
        Svg svg = new Svg(24 * COLUMN, height + HEAD);
        svg.box(0, 0, 24 * COLUMN, height + HEAD, "#f4f5f5", "none");
        svg.words(10, 24, 17, Svg.Anchor.START, "#24292e", dashboard.title());
        svg.words(24 * COLUMN - 10, 24, 13, Svg.Anchor.END, "#6e7681", subtitle);
        List<Lines.Mark> marks =
                dashboard.annotations().stream().flatMap(this::marks).toList();
        for (Panel panel : dashboard.panels()) {
            Panel.Place place = panel.place();
            Frame frame = new Frame(
                    place.x() * COLUMN + GAP / 2,
                    HEAD + place.y() * ROW + GAP / 2,
                    place.width() * COLUMN - GAP,
                    place.height() * ROW - GAP);
            draw(svg, frame, answer(panel), marks);
        }
        return svg.end();
    }

    private PanelData answer(Panel panel) {
        return new PanelData(
                panel,
                panel.queries().stream()
                        .flatMap(query -> ask(panel, query).stream()
                                .filter(Series::shows)
                                .map(series -> new PanelData.Named(query.name(series), series)))
                        .toList());
    }

    /** One for each time that it begins to hold. */
    private Stream<Lines.Mark> marks(Dashboard.Annotation annotation) {
        List<Lines.Mark> marks = new ArrayList<>();
        String expression =
                new Panel.Query(annotation.expression(), "").forTest(testId, Duration.between(from, to), rateInterval);
        for (Series series : prometheus.query(expression, from, to, STEP)) {
            double before = Double.NEGATIVE_INFINITY;
            for (Series.Point point : series.points()) {
                if (point.seconds() - before > STEP.toSeconds()) {
                    marks.add(new Lines.Mark(point.seconds(), annotation.color()));
                }
                before = point.seconds();
            }
        }
        return marks.stream();
    }

    private List<Series> ask(Panel panel, Panel.Query query) {
        String expression = query.forTest(testId, Duration.between(from, to), rateInterval);
        return panel.isInstant()
                ? prometheus.query(expression, to, to, Duration.ofSeconds(1))
                : prometheus.query(expression, from, to, STEP);
    }

    private void draw(Svg svg, Frame frame, PanelData answer, List<Lines.Mark> marks) {
        svg.box(frame.x(), frame.y(), frame.width(), frame.height(), "#ffffff", "#d8dade");
        svg.words(
                frame.x() + 8,
                frame.y() + 18,
                12.5,
                Svg.Anchor.START,
                "#24292e",
                answer.panel().title());
        if (answer.series().isEmpty()) {
            svg.words(
                    frame.middle(),
                    frame.y() + frame.height() / 2 + 8,
                    13,
                    Svg.Anchor.MIDDLE,
                    "#8b949e",
                    answer.panel().field().none());
            return;
        }
        switch (answer.panel().type()) {
            case "timeseries" -> new Lines(svg, frame, from, to).draw(answer, marks);
            case "stat" -> new ValuePanel(svg, frame).draw(answer);
            case "bargauge" -> new Bars(svg, frame).draw(answer);
            default ->
                throw new IllegalArgumentException(
                        "a panel of type " + answer.panel().type() + " is not drawn");
        }
    }

    /** The place of a panel, pixels. */
    record Frame(double x, double y, double width, double height) {

        double middle() {
            return x + width / 2;
        }
    }
}
