package ai.ultrathink.understudy.evidence;

import java.util.List;

/**
 * The versions that a test had in a window of time, each as {@code name@version#digest}, oldest first. What was stored before
 * digests were recorded names none.
 */
public record SeenVersions(List<String> control, List<String> treatment) {

    public static final SeenVersions NONE = new SeenVersions(List.of(), List.of());

    public SeenVersions {
        control = List.copyOf(control);
        treatment = List.copyOf(treatment);
    }
}
