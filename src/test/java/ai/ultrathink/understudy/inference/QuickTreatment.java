package ai.ultrathink.understudy.inference;

import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.time.Duration;

/** Settings for tests. */
record QuickTreatment(Duration hangAfter, int maxDeaths, long maxMegabytes) implements TreatmentConfig {

    QuickTreatment() {
        this(Duration.ofSeconds(20), 3, 8_192);
    }

    @Override
    public String runtime() {
        return "worker";
    }

    @Override
    public Duration startWithin() {
        return Duration.ofMinutes(1);
    }

    @Override
    public MemorySize maxMemory() {
        return new MemorySize(BigInteger.valueOf(maxMegabytes << 20));
    }

    @Override
    public Duration deathWindow() {
        return Duration.ofMinutes(10);
    }
}
