package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;

/** The defaults, and outcomes to go with them. */
final class GuardDefaults {

    static final GuardConfig GUARD = mapped(GuardConfig.class);
    static final ProbeConfig PROBE = mapped(ProbeConfig.class);
    static final GuardRules DEFAULT = GuardRules.of(GUARD);

    static final Outcome ANSWERED = new Outcome.Answered(new Answer(0.2f, 0.7f, 0.1f), "bull_v2", "1", 100_000);
    static final Outcome.Failure LATE = new Outcome.TimedOut(200);

    private GuardDefaults() {}

    static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private static <T> T mapped(Class<T> mapping) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(mapping)
                .build()
                .getConfigMapping(mapping);
    }
}
