package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Models that can be probed. */
interface ProbeTargets {

    /** Each model that can be asked, with the time when its version was loaded. */
    Map<String, Instant> loaded();

    /** Number of requests that a model has answered in a role so far. */
    long answered(String model, Variant role);

    /** Asks the golden question; never fails, and ends with the deadline at the latest. */
    Uni<Outcome> ask(String model, Variant role, Duration deadline);
}
