package ai.ultrathink.understudy.monitoring;

import java.util.Comparator;
import java.util.List;

/** Draws a histogram: a bar for each of its buckets. */
final class Bars {

    private static final double LABEL = 46;
    private static final double VALUE = 54;

    private final Svg svg;
    private final Picture.Frame frame;

    Bars(Svg svg, Picture.Frame frame) {
        this.svg = svg;
        this.frame = frame;
    }

    /** The series of a histogram count all that is not above their bound; a bar is what one adds to the one before. */
    void draw(PanelData answer) {
        List<PanelData.Named> buckets = answer.series().stream()
                .sorted(Comparator.comparingDouble(Bars::bound))
                .toList();
        double[] counts = new double[buckets.size()];
        double most = 1;
        for (int i = 0; i < counts.length; i++) {
            double below = i == 0 ? 0 : buckets.get(i - 1).series().last();
            counts[i] = Math.max(0, buckets.get(i).series().last() - below);
            most = Math.max(most, counts[i]);
        }
        double pitch = (frame.height() - 32) / counts.length;
        double width = frame.width() - LABEL - VALUE;
        for (int i = 0; i < counts.length; i++) {
            double top = frame.y() + 27 + i * pitch;
            svg.words(
                    frame.x() + LABEL - 6,
                    top + pitch / 2 + 4,
                    10.5,
                    Svg.Anchor.END,
                    "#6e7681",
                    buckets.get(i).name());
            svg.box(frame.x() + LABEL, top + 1, width, pitch - 2, "#f4f5f5", "none");
            svg.box(
                    frame.x() + LABEL,
                    top + 1,
                    width * counts[i] / most,
                    pitch - 2,
                    answer.panel().paint().only(),
                    "none");
            svg.words(
                    frame.x() + frame.width() - 6,
                    top + pitch / 2 + 4,
                    10.5,
                    Svg.Anchor.END,
                    "#24292e",
                    Unit.written(counts[i], answer.panel().field()));
        }
    }

    private static double bound(PanelData.Named bucket) {
        String bound = bucket.series().labels().getOrDefault("le", "0");
        return bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
    }
}
