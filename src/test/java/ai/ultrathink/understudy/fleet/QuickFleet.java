package ai.ultrathink.understudy.fleet;

import java.time.Duration;

/** Settings for tests. */
record QuickFleet() implements FleetConfig {

    static final Duration ALIVE = Duration.ofSeconds(5);
    static final Duration SWITCH = Duration.ofSeconds(2);
    static final Duration DRAIN = Duration.ofSeconds(10);

    @Override
    public Duration beatEvery() {
        return Duration.ofMillis(500);
    }

    @Override
    public Duration aliveWithin() {
        return ALIVE;
    }

    @Override
    public Duration reloadWithin() {
        return Duration.ofSeconds(60);
    }

    @Override
    public Duration switchAfter() {
        return SWITCH;
    }

    @Override
    public Duration drainFor() {
        return DRAIN;
    }
}
