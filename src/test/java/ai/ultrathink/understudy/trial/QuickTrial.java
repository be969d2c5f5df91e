package ai.ultrathink.understudy.trial;

import java.time.Duration;

/** The settings of a trial as tests want them: two places, of which shadows may use one, and all of them noise. */
final class QuickTrial implements TrialConfig {

    @Override
    public Duration controlDeadline() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Duration treatmentDeadline() {
        return Duration.ofMillis(200);
    }

    @Override
    public double hedgeFraction() {
        return 0.5;
    }

    @Override
    public int maxInFlight() {
        return 2;
    }

    @Override
    public int maxInFlightWithShadow() {
        return 1;
    }

    @Override
    public double noiseFraction() {
        return 1;
    }

    @Override
    public Duration tallyEvery() {
        return Duration.ofHours(1);
    }
}
