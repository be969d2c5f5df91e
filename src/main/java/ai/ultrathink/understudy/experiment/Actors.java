package ai.ultrathink.understudy.experiment;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Names of the service's own parts as actors in the audit trail. Callers may not use them. */
public final class Actors {

    /** A replica's guard opened or closed. */
    public static final String GUARD = "guard";

    /** The service acted on a breached guardrail. */
    public static final String GUARDRAILS = "guardrails";

    /** A ramp took a step. */
    public static final String RAMP = "ramp";

    /** A replica's catalog lease ran out. */
    public static final String FENCE = "fence";

    /** A model's version changed. */
    public static final String MODELS = "models";

    /** The service itself. */
    public static final String SERVICE = "understudy";

    private static final Set<String> RESERVED = Set.of(GUARD, GUARDRAILS, RAMP, FENCE, MODELS, SERVICE);

    private Actors() {}

    /**
     * Checks the name of a caller.
     *
     * @throws InvalidValueException if it is one of the service's own, or looks like one
     */
    public static String notReserved(String field, String name) {
        if (isReserved(name)) {
            throw new InvalidValueException(
                    field,
                    name,
                    "a name of your own; reserved for the service are "
                            + RESERVED.stream().sorted().collect(Collectors.joining(", ")));
        }
        return name;
    }

    /** The names of the service's own parts. */
    public static Set<String> reserved() {
        return RESERVED;
    }

    /** Whether a name is one of the service's own, or looks like one. */
    public static boolean isReserved(String name) {
        return RESERVED.contains(
                Normalizer.normalize(name, Normalizer.Form.NFKC).strip().toLowerCase(Locale.ROOT));
    }
}
