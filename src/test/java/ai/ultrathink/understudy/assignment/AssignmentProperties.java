package ai.ultrathink.understudy.assignment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Variant;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;

class AssignmentProperties {

    private static final int UNITS = 100_000;

    @Property
    void a_bucket_is_that_of_the_published_rule_whatever_the_ids(
            @ForAll("ids") String testId, @ForAll("ids") String unitId) {
        long bucket = Assignment.bucket(testId, unitId);

        assertEquals(AssignmentVectorsTest.ruleOf(testId, unitId), bucket);
        assertTrue(bucket >= 0 && bucket < 1L << 32);
        assertEquals(bucket, Assignment.bucket(testId, unitId));
    }

    @Property
    void raising_a_split_never_takes_a_unit_from_treatment(
            @ForAll("ids") String unitId,
            @ForAll @DoubleRange(min = 0, max = 1) double a,
            @ForAll @DoubleRange(min = 0, max = 1) double b) {
        Variant low = Assignment.assign("ramp", unitId, new Split(Math.min(a, b)));
        Variant high = Assignment.assign("ramp", unitId, new Split(Math.max(a, b)));

        assertTrue(low == Variant.CONTROL || high == Variant.TREATMENT);
    }

    @Property
    void none_is_none_and_all_is_all(@ForAll("ids") String testId, @ForAll @LongRange(min = 0) long unit) {
        assertEquals(Variant.CONTROL, Assignment.assign(testId, "u-" + unit, new Split(0.0)));
        assertEquals(Variant.TREATMENT, Assignment.assign(testId, "u-" + unit, new Split(1.0)));
    }

    @Example
    void a_ramp_over_100_000_units_moves_them_one_way_only() {
        double[] steps = {0.0, 1e-9, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.999999, 1.0};
        boolean[] treated = new boolean[UNITS];
        int before = 0;
        for (double step : steps) {
            Split split = new Split(step);
            int now = 0;
            for (int unit = 0; unit < UNITS; unit++) {
                boolean treatment = treated("bull_v2_canary", unit, split);
                assertTrue(treatment || !treated[unit], "unit " + unit + " went back to control at " + step);
                treated[unit] = treatment;
                now += treatment ? 1 : 0;
            }
            // four standard deviations of a fair draw
            assertEquals(step * UNITS, now, 4 * Math.sqrt(UNITS * step * (1 - step)) + 1e-3, "at " + step);
            assertTrue(now >= before);
            before = now;
        }
        assertEquals(UNITS, before);
    }

    @Example
    void tests_are_independent_of_each_other() {
        String[] ids = {"bull_v2_canary", "bull_v2_canary_2", "bear_v2_shadow", "a", "b", "experiment-1", "experiment-2"
        };
        for (int i = 0; i < ids.length; i++) {
            for (int j = i + 1; j < ids.length; j++) {
                assertIndependent(ids[i], ids[j], new Split(0.5), new Split(0.5));
                assertIndependent(ids[i], ids[j], new Split(0.2), new Split(0.1));
            }
        }
    }

    @Example
    void the_border_between_test_and_unit_counts() {
        assertNotEquals(Assignment.bucket("ab", "c"), Assignment.bucket("a", "bc"));
    }

    @Example
    void the_longest_ids_of_four_byte_characters_have_a_bucket_too() {
        String id = "\ud83d\ude80".repeat(100);

        assertEquals(AssignmentVectorsTest.ruleOf(id, id), Assignment.bucket(id, id));
        assertEquals(AssignmentVectorsTest.ruleOf("t".repeat(100), id), Assignment.bucket("t".repeat(100), id));
    }

    @Example
    void ids_that_just_fit_the_scratch_or_just_do_not_have_the_same_rule() {
        for (int length = 790; length <= 810; length++) {
            String unit = "u".repeat(length);
            assertEquals(AssignmentVectorsTest.ruleOf("t", unit), Assignment.bucket("t", unit));
            assertEquals(AssignmentVectorsTest.ruleOf(unit, "u"), Assignment.bucket(unit, "u"));
            assertEquals(AssignmentVectorsTest.ruleOf(unit, ""), Assignment.bucket(unit, ""));
        }
    }

    /** Pearson's χ² of the 2×2 table; 10.83 is the quantile of 1 − 0.001 for one degree of freedom. */
    private static void assertIndependent(String one, String other, Split split, Split otherSplit) {
        long[][] table = new long[2][2];
        IntStream.range(0, UNITS)
                .forEach(unit -> table[treated(one, unit, split) ? 1 : 0][treated(other, unit, otherSplit) ? 1 : 0]++);
        double difference = (double) table[0][0] * table[1][1] - (double) table[0][1] * table[1][0];
        double margins = (double) (table[0][0] + table[0][1])
                * (table[1][0] + table[1][1])
                * (table[0][0] + table[1][0])
                * (table[0][1] + table[1][1]);
        double chiSquare = UNITS * difference * difference / margins;
        assertTrue(chiSquare < 10.83, () -> one + " and " + other + ": χ² " + chiSquare);
    }

    private static boolean treated(String testId, int unit, Split split) {
        return Assignment.assign(testId, "unit-" + unit, split) == Variant.TREATMENT;
    }

    @Provide
    Arbitrary<String> ids() {
        Arbitrary<Integer> ascii = Arbitraries.integers().between(0x20, 0x7e);
        Arbitrary<Integer> any =
                Arbitraries.integers().between(0x20, 0x10ffff).filter(point -> point < 0xd800 || point > 0xdfff);
        return Arbitraries.oneOf(text(ascii), text(Arbitraries.oneOf(ascii, any)));
    }

    private static Arbitrary<String> text(Arbitrary<Integer> points) {
        return points.list()
                .ofMinSize(1)
                .ofMaxSize(100)
                .map(list -> list.stream().map(Character::toString).reduce("", String::concat));
    }
}
