package ai.ultrathink.understudy.rollout;

import java.time.Duration;

/** The settings of a watch as tests want them: they look by themselves, and what hangs is given up soon. */
final class QuickRollout implements RolloutConfig {

    @Override
    public Duration evaluateEvery() {
        return Duration.ofMillis(1);
    }

    @Override
    public Duration evidenceTimeout() {
        return Duration.ofMillis(20);
    }

    @Override
    public Duration leadEvery() {
        return Duration.ofMillis(1);
    }
}
