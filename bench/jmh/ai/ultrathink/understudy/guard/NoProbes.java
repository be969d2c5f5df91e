package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.InstantModels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Probes that never begin, so no model is known to be wrong. */
public final class NoProbes extends Probes {

    @SuppressWarnings("NullAway") // nothing of what it is not given is asked
    public NoProbes(TimeSource time) {
        super(null, null, null, InstantModels.settings(ProbeConfig.class), time, new SimpleMeterRegistry());
    }
}
