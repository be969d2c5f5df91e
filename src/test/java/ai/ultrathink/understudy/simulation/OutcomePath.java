package ai.ultrathink.understudy.simulation;

import java.util.random.RandomGenerator;

/** The positions of both models in one symbol: each is kept for a while, and so is each disagreement. */
final class OutcomePath {

    private final RandomGenerator random;
    private final double disagreement;
    private final double kept;
    private int control;
    private int apart;

    /**
     * @param disagreement the fraction of steps in which the models differ
     * @param kept how probably a position, or a disagreement, lasts another step
     */
    OutcomePath(RandomGenerator random, double disagreement, double kept) {
        this.random = random;
        this.disagreement = disagreement;
        this.kept = kept;
        this.control = random.nextInt(3);
        this.apart = random.nextDouble() < disagreement ? 1 + random.nextInt(2) : 0;
    }

    /** The next step. */
    void step() {
        if (random.nextDouble() > kept) {
            control = random.nextInt(3);
        }
        if (random.nextDouble() > kept) {
            apart = random.nextDouble() < disagreement ? 1 + random.nextInt(2) : 0;
        }
    }

    /** −1, 0 or 1. */
    int control() {
        return control - 1;
    }

    int treatment() {
        return (control + apart) % 3 - 1;
    }
}
