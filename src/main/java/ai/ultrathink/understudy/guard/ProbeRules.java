package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Variant;
import java.time.Duration;

/**
 * Validated settings for probes of models in one role.
 *
 * @param deadline the time limit for an answer
 * @param misses probes in a row without an answer that make a model failing, at least 1
 * @param everyNanos the time between probes
 * @param everyAtMostNanos the longest time between probes while a model times out
 */
record ProbeRules(Duration deadline, int misses, long everyNanos, long everyAtMostNanos) {

    ProbeRules {
        require(deadline.isPositive(), "deadline", deadline, "a positive duration, such as 1s");
        require(misses >= 1, "misses", misses, "1 or more");
        require(everyNanos > 0, "every", Duration.ofNanos(everyNanos), "a positive duration, such as 5s");
        require(
                everyAtMostNanos >= everyNanos,
                "every-at-most",
                Duration.ofNanos(everyAtMostNanos),
                "every or longer, which is " + Duration.ofNanos(everyNanos));
    }

    static ProbeRules of(Variant role, ProbeConfig config) {
        long every = config.every().toNanos();
        return switch (role) {
            // always as often: while a control fails its callers get no answer, so its recovery must be noticed soon
            case CONTROL -> new ProbeRules(config.controlDeadline(), config.controlMisses(), every, every);
            case TREATMENT ->
                new ProbeRules(
                        config.treatmentDeadline(),
                        config.treatmentMisses(),
                        every,
                        config.everyAtMost().toNanos());
        };
    }

    private static void require(boolean holds, String setting, Object got, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "understudy.probe, " + setting + ": got " + got + "; allowed: " + allowed);
        }
    }
}
