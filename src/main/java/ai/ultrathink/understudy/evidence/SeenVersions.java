package ai.ultrathink.understudy.evidence;

import java.util.List;

/**
 * Model versions of an experiment in a window of time, each as {@code name@version#digest}, oldest first. Rows stored
 * before digests were recorded have none.
 */
public record SeenVersions(List<String> control, List<String> treatment) {

    public static final SeenVersions NONE = new SeenVersions(List.of(), List.of());

    public SeenVersions {
        control = List.copyOf(control);
        treatment = List.copyOf(treatment);
    }
}
