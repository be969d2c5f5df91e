package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What probes need of the models. */
interface ProbeTargets {

    /** Each model that can be asked, and since when its version is loaded. */
    Map<String, Instant> loaded();

    /** How many requests a model has answered in a role so far. */
    long answered(String model, Variant role);

    /** Asks the golden question; never fails, and ends with the deadline at the latest. */
    Uni<Outcome> ask(String model, Variant role, Duration deadline);
}
