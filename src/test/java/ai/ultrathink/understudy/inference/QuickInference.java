package ai.ultrathink.understudy.inference;

import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/** Settings for tests. */
record QuickInference(int maxBatch, int queueCapacity, int maxStuck, Duration loadWithin) implements InferenceConfig {

    QuickInference() {
        this(64, 4_096, 16);
    }

    QuickInference(int maxBatch, int queueCapacity, int maxStuck) {
        this(maxBatch, queueCapacity, maxStuck, Duration.ofSeconds(30));
    }

    static ModelsConfig directory(Path directory) {
        return new ModelsConfig() {
            @Override
            public Path dir() {
                return directory;
            }

            @Override
            public String defaultModel() {
                return "universal";
            }
        };
    }

    @Override
    public OptionalInt threads() {
        return OptionalInt.of(2);
    }

    @Override
    public Duration deadlineResolution() {
        return Duration.ofMillis(1);
    }

    @Override
    public MemorySize maxNetworkSize() {
        return new MemorySize(BigInteger.valueOf(1 << 20));
    }

    @Override
    public Duration stuckAfter() {
        return Duration.ofSeconds(1);
    }
}
