package ai.ultrathink.understudy.monitoring;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes an SVG, shape by shape. Lengths are pixels. */
final class Svg {

    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** A corner of a line. */
    record Corner(double x, double y) {}

    private final StringBuilder text = new StringBuilder();

    Svg(double width, double height) {
        text.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" font-family=\"sans-serif\">%n"
                .formatted(number(width), number(height)));
    }

    void box(double x, double y, double width, double height, String fill, String stroke) {
        append("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"2\" fill=\"%s\" stroke=\"%s\"/>"
                .formatted(number(x), number(y), number(width), number(height), fill, stroke));
    }

    void words(double x, double y, double size, Anchor anchor, String color, String words) {
        append("<text x=\"%s\" y=\"%s\" font-size=\"%s\" text-anchor=\"%s\" fill=\"%s\">%s</text>"
                .formatted(
                        number(x),
                        number(y),
                        number(size),
                        anchor.name().toLowerCase(Locale.ROOT),
                        color,
                        escaped(words)));
    }

    void line(List<Corner> corners, String color, double width, boolean dashed) {
        append("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"%s/>"
                .formatted(
                        corners.stream()
                                .map(corner -> number(corner.x) + "," + number(corner.y))
                                .collect(Collectors.joining(" ")),
                        color,
                        number(width),
                        dashed ? " stroke-dasharray=\"5 4\"" : ""));
    }

    private void append(String shape) {
        text.append(shape).append('\n');
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value).replace(".0", "");
    }

    private static String escaped(String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    String end() {
        return text.append("</svg>\n").toString();
    }
}
