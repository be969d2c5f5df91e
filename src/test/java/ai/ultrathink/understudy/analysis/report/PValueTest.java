package ai.ultrathink.understudy.analysis.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // a null fails the test
class PValueTest {

    @Test
    void it_is_the_inverse_of_the_e_value_and_at_most_1() {
        assertEquals(0.002, PValue.of(Math.log(500)), 1e-12);
        assertEquals(1, PValue.of(0.0));
        assertEquals(1, PValue.of(-3.0));
        assertEquals(0, PValue.of(Double.POSITIVE_INFINITY));
    }

    @Test
    void where_nothing_is_tested_there_is_none() {
        assertNull(PValue.of(null));
        assertNull(PValue.of(Double.NaN));
    }
}
