package ai.ultrathink.understudy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Which colours a panel gives its series.
 *
 * @param fixed the colour of all; empty if each has its own
 * @param shaded those whose names fit have shades of one colour
 */
record Paint(String fixed, List<Shaded> shaded) {

    private static final List<String> OWN = List.of(
            "#37872d", "#8f3bb8", "#c4162a", "#0b8a9c", "#b8860b", "#6e7681", "#d6438a", "#4b5d16", "#3274d9",
            "#e0752d");
    /** Grafana's, dark enough for a white ground; the first is the colour itself. */
    private static final Map<String, List<String>> SHADES = Map.of(
            "blue", List.of("#3274d9", "#7aa9ee", "#1c4587"),
            "orange", List.of("#e0752d", "#f0a878", "#9a4a12"));

    record Shaded(Pattern names, String color) {}

    static Paint read(JsonNode fieldConfig) {
        List<Shaded> shaded = new ArrayList<>();
        fieldConfig.path("overrides").forEach(override -> {
            String color = override.path("properties")
                    .path(0)
                    .path("value")
                    .path("fixedColor")
                    .asText();
            if (!color.isEmpty()) {
                String names = override.path("matcher").path("options").asText();
                shaded.add(new Shaded(Pattern.compile(names.substring(1, names.length() - 1)), color));
            }
        });
        return new Paint(
                fieldConfig.path("defaults").path("color").path("fixedColor").asText(), shaded);
    }

    /** The colour of a panel that has one for all its values. */
    String only() {
        return Objects.requireNonNull(SHADES.get(fixed.isEmpty() ? "blue" : fixed))
                .getFirst();
    }

    /** The colours of series by their names, in the same order. */
    List<String> of(List<String> names) {
        Map<String, Integer> used = new HashMap<>();
        List<String> colors = new ArrayList<>();
        for (String name : names) {
            String color = shaded.stream()
                    .filter(each -> each.names.matcher(name).find())
                    .map(Shaded::color)
                    .findFirst()
                    .orElse("");
            List<String> choice = SHADES.getOrDefault(color, OWN);
            int before = used.merge(color, 1, Integer::sum) - 1;
            colors.add(choice.get(before % choice.size()));
        }
        return colors;
    }
}
