package ai.ultrathink.understudy.experiment;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Who the audit trail says has done something when it was the service itself; no caller may go by these names. */
public final class Actors {

    /** A replica's guard opened or closed. */
    public static final String GUARD = "guard";

    /** A breached limit was acted on. */
    public static final String GUARDRAILS = "guardrails";

    /** A ramp took a step. */
    public static final String RAMP = "ramp";

    /** A replica was cut off from the database. */
    public static final String FENCE = "fence";

    /** A model's version changed. */
    public static final String MODELS = "models";

    private static final Set<String> RESERVED = Set.of(GUARD, GUARDRAILS, RAMP, FENCE, MODELS, "understudy");

    private Actors() {}

    /**
     * The name itself.
     *
     * @throws InvalidValueException when it is the service's own, or looks like it
     */
    public static String notReserved(String field, String name) {
        if (isReserved(name)) {
            throw new InvalidValueException(
                    field,
                    name,
                    "a name of your own; the service goes by "
                            + RESERVED.stream().sorted().collect(Collectors.joining(", ")));
        }
        return name;
    }

    /** Whether a name is the service's own, or looks like it. */
    public static boolean isReserved(String name) {
        return RESERVED.contains(
                Normalizer.normalize(name, Normalizer.Form.NFKC).strip().toLowerCase(Locale.ROOT));
    }
}
