package ai.ultrathink.understudy.assignment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Variant;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.StringLength;

class SampleProperties {

    private static final int REQUESTS = 100_000;

    @Property
    void none_is_none_and_all_is_all(
            @ForAll @StringLength(max = 100) String testId, @ForAll @StringLength(max = 100) String requestId) {
        assertFalse(new Sample(new Split(0.0)).includes(testId, requestId));
        assertTrue(new Sample(new Split(1.0)).includes(testId, requestId));
    }

    @Property
    void a_larger_sample_includes_the_smaller(
            @ForAll @StringLength(max = 100) String requestId,
            @ForAll @DoubleRange(min = 0, max = 1) double a,
            @ForAll @DoubleRange(min = 0, max = 1) double b) {
        boolean small = new Sample(new Split(Math.min(a, b))).includes("t", requestId);
        boolean large = new Sample(new Split(Math.max(a, b))).includes("t", requestId);

        assertTrue(large || !small);
    }

    @Example
    void it_has_its_fraction_of_the_requests_of_either_variant() {
        Sample sample = new Sample(new Split(0.1));
        for (Variant variant : Variant.values()) {
            List<String> requests = IntStream.range(0, REQUESTS)
                    .mapToObj(i -> "r-" + i)
                    .filter(id -> Assignment.assign("t", id, new Split(0.5)) == variant)
                    .toList();

            long included =
                    requests.stream().filter(id -> sample.includes("t", id)).count();

            assertEquals(0.1, (double) included / requests.size(), 0.005, variant.wireName());
        }
    }
}
