package ai.ultrathink.understudy.simulation;

import java.util.random.RandomGenerator;

/** A standard normal number for each request, which remembers the one before: an autoregressive process of order 1. */
final class Waves {

    private final RandomGenerator random;
    private final double memory;
    private final double noise;
    private double height;

    /** @param memory correlation of two requests that follow each other */
    Waves(double memory, RandomGenerator random) {
        this.random = random;
        this.memory = memory;
        this.noise = Math.sqrt(1 - memory * memory);
        this.height = random.nextGaussian();
    }

    double next() {
        height = memory * height + noise * random.nextGaussian();
        return height;
    }

    /** Both models are slow together: a part of the variance of the logarithm of latencies is common to one moment. */
    static Dependence weather(double part, double memory, RandomGenerator random) {
        Waves waves = new Waves(memory, random);
        return (usual, unit) -> {
            double height = Math.sqrt(part) * waves.next();
            return usual.control(usual.control().inWeather(part, height))
                    .treatment(usual.treatment().inWeather(part, height));
        };
    }

    /** How much surer the treatment is than control comes and goes. */
    static Dependence ofConfidence(double memory, RandomGenerator random) {
        Waves waves = new Waves(memory, random);
        return (usual, unit) -> {
            Arm treatment = usual.treatment();
            return usual.treatment(treatment.confident(treatment.confidence() + usual.pairSpread() * waves.next()))
                    .pairSpread(0);
        };
    }
}
