package ai.ultrathink.understudy.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeaturesTest {

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void a_number_that_is_not_finite_is_refused_with_its_place(float value) {
        InvalidValueException refused = assertThrows(InvalidValueException.class, () -> Features.of(1f, 2f, value, 4f));

        assertEquals("features[2]", refused.field());
        assertEquals("features[2]: got " + value + "; allowed: a finite 32-bit float", refused.getMessage());
    }

    @Test
    void the_caller_may_change_its_array_afterwards() {
        float[] mine = {1f, 2f};
        Features features = Features.of(mine);

        mine[0] = Float.NaN;

        assertArrayEquals(new float[] {1f, 2f}, copy(features));
    }

    @Test
    void only_the_first_numbers_of_a_larger_array_are_taken_and_looked_at() {
        Features features = Features.of(new float[] {1f, 2f, Float.NaN}, 2);

        assertEquals(2, features.size());
        assertArrayEquals(new float[] {1f, 2f}, copy(features));
    }

    @Test
    void numbers_are_written_from_the_offset_on_and_nowhere_else() {
        float[] target = {9f, 9f, 9f, 9f};

        Features.of(1f, 2f).copyTo(target, 1);

        assertArrayEquals(new float[] {9f, 1f, 2f, 9f}, target);
    }

    @Test
    void the_largest_and_smallest_floats_are_numbers_like_others() {
        float[] edges = {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, 0f, -0f};

        assertArrayEquals(edges, copy(Features.of(edges)));
    }

    private static float[] copy(Features features) {
        float[] copy = new float[features.size()];
        features.copyTo(copy, 0);
        return copy;
    }
}
