package ai.ultrathink.understudy.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Admission admission = new Admission(new QuickTrial(), meters);

    @Test
    void shadows_go_first_and_then_requests_are_refused() {
        assertNotNull(admission.enter());
        assertTrue(admission.roomForShadow());

        assertNotNull(admission.enter());
        assertFalse(admission.roomForShadow());

        assertNull(admission.enter());
        assertEquals(2, meters.get("understudy.predictions.inflight").gauge().value());
        assertEquals(1, meters.get("understudy.predictions.refused").counter().count());
    }

    @Test
    void a_place_that_is_given_back_twice_is_there_for_one() {
        Admission.Place place = admission.enter();
        assertNotNull(place);
        assertNotNull(admission.enter());
        assertNull(admission.enter());

        place.leave();
        place.leave();

        assertNotNull(admission.enter());
        assertNull(admission.enter());
    }
}
