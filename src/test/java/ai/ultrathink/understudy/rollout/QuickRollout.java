package ai.ultrathink.understudy.rollout;

import java.time.Duration;

/**
 * The settings of a watch as tests want them: no wait between looks.
 *
 * @param evidenceTimeout how long evidence may take
 */
record QuickRollout(Duration evidenceTimeout) implements RolloutConfig {

    @Override
    public Duration evaluateEvery() {
        return Duration.ofMillis(1);
    }

    @Override
    public Duration historyEvery() {
        return Duration.ofSeconds(15);
    }

    @Override
    public Duration leadEvery() {
        return Duration.ofMillis(1);
    }
}
