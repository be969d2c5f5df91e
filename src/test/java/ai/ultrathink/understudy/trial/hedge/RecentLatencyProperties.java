package ai.ultrathink.understudy.trial.hedge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class RecentLatencyProperties {

    private static final long PERIOD = 1_000_000_000;

    @Property
    void it_is_never_too_short_and_at_most_an_eighth_of_an_octave_too_long(
            @ForAll @Size(value = 84) List<@LongRange(min = 8, max = 10_000_000_000L) Long> durations) {
        RecentLatency recent = new RecentLatency(PERIOD, 0);

        // told with the 20th and with every 32nd after it
        durations.forEach(duration -> recent.add(duration, 0));

        long exact = durations.stream().sorted().toList().get(84 - 84 / 20 - 1);
        long told = recent.p95Nanos().orElseThrow();
        assertTrue(told >= exact && told <= exact * 1.13 + 1, () -> told + " for " + exact);
    }

    @Property
    void a_bucket_holds_its_value(@ForAll @LongRange(min = 8, max = Long.MAX_VALUE / 2) long nanos) {
        int bucket = RecentLatency.bucket(nanos);

        assertTrue(nanos <= RecentLatency.upperBound(bucket));
        assertTrue(nanos > RecentLatency.upperBound(bucket - 1) || bucket == RecentLatency.bucket(8));
    }

    @Example
    void of_too_few_durations_nothing_is_said() {
        RecentLatency recent = new RecentLatency(PERIOD, 0);
        for (int i = 0; i < 19; i++) {
            recent.add(100, 0);
        }

        assertTrue(recent.p95Nanos().isEmpty());
    }

    @Example
    void what_is_two_periods_old_is_forgotten() {
        RecentLatency recent = new RecentLatency(PERIOD, 0);
        for (int i = 0; i < 100; i++) {
            recent.add(1_000_000, 0);
        }
        for (int i = 0; i < 100; i++) {
            recent.add(1_000, 2 * PERIOD);
        }

        assertEquals(
                RecentLatency.upperBound(RecentLatency.bucket(1_000)),
                recent.p95Nanos().orElseThrow());
    }
}
