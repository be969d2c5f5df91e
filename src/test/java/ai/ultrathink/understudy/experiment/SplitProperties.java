package ai.ultrathink.understudy.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.RoundingMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class SplitProperties {

    private static final BigDecimal BUCKETS = BigDecimal.valueOf(1L << 32);

    @Property
    void the_threshold_is_the_exact_product_rounded_down(@ForAll @DoubleRange(min = 0, max = 1) double fraction) {
        long exact = new BigDecimal(fraction)
                .multiply(BUCKETS)
                .setScale(0, RoundingMode.FLOOR)
                .longValueExact();

        assertEquals(exact, new Split(fraction).threshold());
    }

    @Property
    void a_larger_fraction_never_has_a_smaller_threshold(
            @ForAll @DoubleRange(min = 0, max = 1) double a, @ForAll @DoubleRange(min = 0, max = 1) double b) {
        assertTrue(new Split(Math.min(a, b)).threshold() <= new Split(Math.max(a, b)).threshold());
    }

    @Property
    void what_is_not_from_0_to_1_is_refused(@ForAll double fraction) {
        if (fraction >= 0 && fraction <= 1) {
            assertEquals(fraction == 0 ? 0.0 : fraction, new Split(fraction).fraction());
        } else {
            InvalidValueException refused = assertThrows(InvalidValueException.class, () -> new Split(fraction));
            assertEquals("traffic_split", refused.field());
        }
    }

    @Example
    void nothing_and_everything_are_exact() {
        assertEquals(0, new Split(0.0).threshold());
        assertEquals(1L << 32, new Split(1.0).threshold());
        assertEquals((1L << 32) - 1, new Split(Math.nextDown(1.0)).threshold());
        assertEquals(4, new Split(1e-9).threshold());
    }

    @Example
    void minus_zero_is_zero() {
        assertEquals(new Split(0.0), new Split(-0.0));
        assertEquals("0.0", String.valueOf(new Split(-0.0).fraction()));
    }

    @Example
    void what_is_not_a_number_is_refused() {
        assertThrows(InvalidValueException.class, () -> new Split(Double.NaN));
        assertThrows(InvalidValueException.class, () -> new Split(Double.POSITIVE_INFINITY));
        assertThrows(InvalidValueException.class, () -> new Split(Math.nextUp(1.0)));
        assertThrows(InvalidValueException.class, () -> new Split(-Double.MIN_VALUE));
    }
}
