package ai.ultrathink.understudy.monitoring;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Draws a panel of values over time. */
final class Lines {

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final double CHARACTER = 6.1;
    private static final double LEGEND = 16;

    private final Svg svg;
    private final Picture.Frame frame;
    private final Instant from;
    private final Instant to;

    Lines(Svg svg, Picture.Frame frame, Instant from, Instant to) {
        this.svg = svg;
        this.frame = frame;
        this.from = from;
        this.to = to;
    }

    /** @param marks what happened, by its time in seconds */
    void draw(PanelData answer, List<Mark> marks) {
        List<String> colors = answer.panel()
                .paint()
                .of(answer.series().stream().map(PanelData.Named::name).toList());
        double bottom = frame.y() + frame.height() - legend(answer.series(), colors) - 22;
        Picture.Frame plot =
                new Picture.Frame(frame.x() + 70, frame.y() + 30, frame.width() - 84, bottom - frame.y() - 30);
        Axis axis = axis(answer);
        values(axis, plot, answer.panel().field());
        times(plot);
        for (Panel.Threshold threshold : answer.panel().field().thresholds()) {
            double share = axis.share(threshold.from());
            if (share > 0 && share < 1) {
                double y = bottom - share * plot.height();
                svg.line(
                        List.of(new Svg.Corner(plot.x(), y), new Svg.Corner(plot.x() + plot.width(), y)),
                        "#c4162a",
                        1,
                        true);
            }
        }
        for (Mark mark : marks) {
            double x = x(plot, mark.seconds());
            svg.line(
                    List.of(new Svg.Corner(x, plot.y()), new Svg.Corner(x, plot.y() + plot.height())),
                    mark.color(),
                    1,
                    true);
        }
        for (int i = 0; i < answer.series().size(); i++) {
            line(answer.series().get(i).series(), axis, plot, colors.get(i));
        }
    }

    /** Something that happened. */
    record Mark(double seconds, String color) {}

    private static Axis axis(PanelData answer) {
        double[] values = answer.series().stream()
                .flatMap(named -> named.series().points().stream())
                .mapToDouble(Series.Point::value)
                .filter(Double::isFinite)
                .toArray();
        return Axis.around(
                DoubleStream.of(values).min().orElse(0),
                DoubleStream.of(values).max().orElse(1),
                answer.panel().field());
    }

    private void values(Axis axis, Picture.Frame plot, Panel.Field field) {
        for (double mark : axis.marks()) {
            double y = plot.y() + plot.height() * (1 - axis.share(mark));
            svg.line(
                    List.of(new Svg.Corner(plot.x(), y), new Svg.Corner(plot.x() + plot.width(), y)),
                    "#e7e8ea",
                    1,
                    false);
            svg.words(plot.x() - 6, y + 4, 10.5, Svg.Anchor.END, "#6e7681", Unit.written(mark, field));
        }
    }

    private void times(Picture.Frame plot) {
        for (Instant minute = from.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
                minute.isBefore(to);
                minute = minute.plus(1, ChronoUnit.MINUTES)) {
            svg.words(
                    x(plot, minute.toEpochMilli() / 1e3),
                    plot.y() + plot.height() + 15,
                    10.5,
                    Svg.Anchor.MIDDLE,
                    "#6e7681",
                    CLOCK.format(minute));
        }
    }

    private double x(Picture.Frame plot, double seconds) {
        double begin = from.toEpochMilli() / 1e3;
        double length = Duration.between(from, to).toMillis() / 1e3;
        return plot.x() + plot.width() * (seconds - begin) / length;
    }

    /** Broken where there is no number. */
    private void line(Series series, Axis axis, Picture.Frame plot, String color) {
        List<Svg.Corner> corners = new ArrayList<>();
        for (Series.Point point : series.points()) {
            if (Double.isFinite(point.value())) {
                corners.add(new Svg.Corner(
                        x(plot, point.seconds()), plot.y() + plot.height() * (1 - axis.share(point.value()))));
            } else {
                stroke(corners, color);
                corners.clear();
            }
        }
        stroke(corners, color);
    }

    private void stroke(List<Svg.Corner> corners, String color) {
        if (corners.size() > 1) {
            svg.line(corners, color, 1.4, false);
        }
    }

    /** Draws it at the bottom and returns its height. */
    private double legend(List<PanelData.Named> series, List<String> colors) {
        List<List<Integer>> rows = new ArrayList<>();
        double used = Double.MAX_VALUE;
        for (int i = 0; i < series.size(); i++) {
            double width = width(series.get(i));
            if (used + width > frame.width() - 20) {
                rows.add(new ArrayList<>());
                used = 0;
            }
            rows.getLast().add(i);
            used += width;
        }
        double y = frame.y() + frame.height() - rows.size() * LEGEND + 6;
        for (List<Integer> row : rows) {
            double x = frame.x() + 12;
            for (int i : row) {
                svg.box(x, y - 7, 12, 3, colors.get(i), "none");
                svg.words(
                        x + 16,
                        y,
                        11,
                        Svg.Anchor.START,
                        "#24292e",
                        series.get(i).name());
                x += width(series.get(i));
            }
            y += LEGEND;
        }
        return rows.size() * LEGEND;
    }

    private static double width(PanelData.Named series) {
        return 30 + CHARACTER * series.name().length();
    }
}
