package ai.ultrathink.understudy.simulation;

import java.util.List;

/** Worlds in which treatment earns exactly what the limit allows. */
final class OutcomeWorlds {

    private static final double RARELY_LESS = 0.01;

    private OutcomeWorlds() {}

    static List<OutcomeWorld> all() {
        return List.of(
                OutcomeWorld.of(
                        "one symbol, days",
                        "1,080 days of one symbol, a decision each; 20% disagreement",
                        1,
                        1_080,
                        0.2),
                OutcomeWorld.of("one symbol, few disagreements", "the same with 5%", 1, 1_080, 0.05),
                OutcomeWorld.of("a fee", "the same with 20%, and treatment pays what the limit allows", 1, 1_080, 0.2)
                        .paying(-0.0005),
                OutcomeWorld.of(
                        "50 symbols, minutes",
                        "50 symbols that move together, a decision in each a minute; 2,000 minutes, 5% disagreement",
                        50,
                        2_000,
                        0.05),
                OutcomeWorld.of(
                                "hours of minutes",
                                "10 symbols, blocks of 60 minutes with a decision in each symbol a minute, outcomes of a minute",
                                10,
                                500,
                                0.1)
                        .over(60, 1),
                OutcomeWorld.of(
                                "overlapping horizons",
                                "5 symbols, a decision in each a minute, outcomes of 5 minutes: 5 streams",
                                5,
                                2_000,
                                0.2)
                        .over(1, 5),
                OutcomeWorld.of(
                                "horizon of 2.5 blocks",
                                "5 symbols, blocks of 4 minutes, outcomes of 10 minutes: 3 streams",
                                5,
                                1_000,
                                0.2)
                        .over(4, 10),
                OutcomeWorld.of(
                                "decisions all over the block",
                                "5 symbols, blocks of 12 minutes with a decision a minute, outcomes of 12 minutes",
                                5,
                                1_000,
                                0.2)
                        .over(12, 12),
                OutcomeWorld.of(
                                "missing at random",
                                "20 symbols, 2,000 minutes, 10% disagreement; 3% of the outcomes do not come",
                                20,
                                2_000,
                                0.1)
                        .without((random, control, treatment, value) -> random.nextDouble() < 0.03),
                OutcomeWorld.of(
                                "missing when they hurt",
                                "the same; of the disagreements that treatment loses 8% do not come",
                                20,
                                2_000,
                                0.1)
                        .without((random, control, treatment, value) ->
                                (treatment - control) * value < 0 && random.nextDouble() < 0.08),
                OutcomeWorld.of(
                                "missing when they hurt much",
                                "the same; half of those that it loses by more than the spread of the symbol",
                                20,
                                2_000,
                                0.1)
                        .without((random, control, treatment, value) ->
                                (treatment - control) * value < -OutcomeWorld.SPREAD && random.nextDouble() < 0.5),
                OutcomeWorld.of(
                                "missing when treatment loses, agreed or not",
                                "the same; of all decisions in which treatment loses more than twice the spread, half do not come",
                                20,
                                2_000,
                                0.1)
                        .without((random, control, treatment, value) ->
                                treatment * value < -2 * OutcomeWorld.SPREAD && random.nextDouble() < 0.5)
                        .notPromised(),
                TAIL);
    }

    /** It is played on its own: its blocks are drawn directly. */
    static final OutcomeWorld TAIL = OutcomeWorld.of(
            "sells tail risk",
            "treatment earns 0.1 of the expected spread in 99 of 100 blocks and loses 9.9 in one; 2,000 blocks",
            1,
            2_000,
            1);

    static boolean loses(double random) {
        return random < RARELY_LESS;
    }
}
