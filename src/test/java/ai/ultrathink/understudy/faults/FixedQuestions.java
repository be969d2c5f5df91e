package ai.ultrathink.understudy.faults;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The features that are asked about, as JSON text: the same in every run. */
final class FixedQuestions {

    static final int COUNT = 64;

    /** Every so-many-th question has a first feature above 1000, at which the models named "…_later" misbehave. */
    private static final int PROVOKING = 8;

    private static final double PROVOCATION = 1001;
    private static final int FEATURES = 43;
    private static final long SEED = 20_261_124;
    private static final List<String> TEXTS = texts();

    private FixedQuestions() {}

    /** The features of the question of a number, any from zero on. */
    static String features(int number) {
        return TEXTS.get(number % COUNT);
    }

    /** The number of a question that some models cannot stand, for any number from zero on. */
    static int provoking(int number) {
        return number * PROVOKING;
    }

    /** Whether some models cannot stand the question. */
    static boolean provokes(int number) {
        return number % PROVOKING == 0;
    }

    private static List<String> texts() {
        Random random = new Random(SEED);
        return IntStream.range(0, COUNT)
                .mapToObj(number -> IntStream.range(0, FEATURES)
                        .mapToObj(i -> i == 0 && provokes(number)
                                ? String.valueOf(PROVOCATION)
                                : String.valueOf(Math.round(random.nextGaussian() * 1e4) / 1e4))
                        .collect(Collectors.joining(",", "[", "]")))
                .toList();
    }
}
