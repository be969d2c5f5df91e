package ai.ultrathink.understudy.monitoring;

import java.util.Locale;

/** Writes values with Grafana's units. */
final class Unit {

    private Unit() {}

    /** A value in a field's unit, or its word. */
    static String written(double value, Panel.Field field) {
        String word = value == Math.rint(value) ? field.words().get(Long.toString((long) value)) : null;
        if (word != null) {
            return word;
        }
        int decimals = field.decimals();
        return switch (field.unit()) {
            case "percentunit" -> number(value * 100, decimals) + "%";
            case "s" -> seconds(value, decimals);
            case "reqps" -> number(value, decimals) + " req/s";
            case "decbytes" -> number(value / 1e6, decimals) + " MB";
            case "short" -> Math.abs(value) < 10_000 ? number(value, decimals) : number(value / 1_000, 1) + " K";
            default -> number(value, decimals);
        };
    }

    private static String seconds(double value, int decimals) {
        double size = Math.abs(value);
        if (size > 0 && size < 1e-3) {
            return number(value * 1e6, decimals) + " µs";
        }
        return size > 0 && size < 1 ? number(value * 1e3, decimals) + " ms" : number(value, decimals) + " s";
    }

    /** Three digits where no decimals are asked for. */
    private static String number(double value, int decimals) {
        int places = decimals;
        if (decimals < 0) {
            double size = Math.abs(value);
            places = size >= 100 || value == Math.rint(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        }
        String text = String.format(Locale.ROOT, "%." + places + "f", value);
        return decimals < 0 && text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }
}
