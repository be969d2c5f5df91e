package ai.ultrathink.understudy.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AdmissionTest {

    private final Admission admission = new Admission(new QuickTrial());

    @Test
    void shadows_go_first_and_then_requests_are_refused() {
        assertTrue(admission.enter());
        assertTrue(admission.roomForShadow());

        assertTrue(admission.enter());
        assertFalse(admission.roomForShadow());

        assertFalse(admission.enter());
        assertEquals(2, admission.inFlight());
    }

    @Test
    void a_place_that_is_given_back_is_there_for_the_next() {
        assertTrue(admission.enter());
        assertTrue(admission.enter());
        assertFalse(admission.enter());

        admission.leave();

        assertTrue(admission.enter());
    }
}
