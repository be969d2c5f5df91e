package ai.ultrathink.understudy.monitoring;

import java.util.List;
import java.util.Map;

/** Draws a panel of single values. */
final class ValuePanel {

    /** Grafana's colors, dark enough for a white ground. */
    private static final Map<String, String> COLORS = Map.of("green", "#37872d", "yellow", "#c08700", "red", "#c4162a");

    private final Svg svg;
    private final Picture.Frame frame;

    ValuePanel(Svg svg, Picture.Frame frame) {
        this.svg = svg;
        this.frame = frame;
    }

    void draw(PanelData answer) {
        List<PanelData.Named> series = answer.series();
        double share = frame.width() / series.size();
        for (int i = 0; i < series.size(); i++) {
            double middle = frame.x() + share * (i + 0.5);
            double value = series.get(i).series().last();
            Panel.Field field = answer.panel().field();
            String color = field.color(value);
            boolean alone = series.size() == 1;
            svg.words(
                    middle,
                    frame.y() + (alone ? 85 : 75),
                    alone ? 26 : 21,
                    Svg.Anchor.MIDDLE,
                    COLORS.getOrDefault(color, color),
                    Unit.written(value, field));
            if (!alone) {
                svg.words(
                        middle,
                        frame.y() + 98,
                        12,
                        Svg.Anchor.MIDDLE,
                        "#6e7681",
                        series.get(i).name());
            }
        }
    }
}
