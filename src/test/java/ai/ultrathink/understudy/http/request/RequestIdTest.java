package ai.ultrathink.understudy.http.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r-1",
                "0197f3a2-6c1e-7d3b-9a55-0d6c1b2f4e11",
                "Root=1-67891233-abcdef012345678912345678",
                "desk/7:42@lon+x~y_z.#1"
            })
    void what_callers_and_gateways_send_is_taken(String value) {
        assertEquals(value, RequestId.sane(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " r-1", "r 1", "r\t1", "r\u00e9", "r\"1", "r,1", "r;1", "<r>", "r\u0000"})
    void what_a_header_a_log_or_a_page_could_misread_is_not(String value) {
        assertNull(RequestId.sane(value));
    }

    @Test
    void it_is_short_enough_for_the_number_of_a_row_to_follow() {
        assertEquals("r".repeat(90), RequestId.sane("r".repeat(90)));
        assertNull(RequestId.sane("r".repeat(91)));
        assertNull(RequestId.sane(null));
    }
}
