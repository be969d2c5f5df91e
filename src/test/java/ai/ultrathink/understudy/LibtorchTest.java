package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibtorchTest {

    @Test
    void a_start_without_the_setting_of_mkl_says_what_to_set() {
        String said = Libtorch.advice(Map.of("OMP_NUM_THREADS", "1")).orElseThrow();

        assertTrue(said.contains("MKL_CBWR=AUTO,STRICT"), said);
        assertEquals(1, said.lines().count());
        assertTrue(Libtorch.advice(Map.of("MKL_CBWR", " ")).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTO,STRICT", "COMPATIBLE"})
    void what_somebody_has_set_is_theirs(String set) {
        assertEquals(Optional.empty(), Libtorch.advice(Map.of("MKL_CBWR", set)));
    }

    /** Tests measure and compare bits, so they run as the service does. */
    @Test
    void the_tests_run_with_the_setting_of_mkl() {
        assertEquals("AUTO,STRICT", System.getenv("MKL_CBWR"));
    }
}
