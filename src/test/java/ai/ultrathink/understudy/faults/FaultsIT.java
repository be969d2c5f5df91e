package ai.ultrathink.understudy.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.parallel.Isolated;

/** The quick faults, one test each; `make faults` plays them all. */
@Isolated
@TestInstance(Lifecycle.PER_CLASS)
class FaultsIT {

    private FaultRunner runner;

    @BeforeAll
    void open() throws IOException {
        runner = new FaultRunner(FaultEnvironment.open());
    }

    @AfterAll
    void close() throws IOException {
        runner.close();
    }

    @TestFactory
    Stream<DynamicTest> promise_is_held() {
        return Faults.all().stream()
                .filter(Fault::quick)
                .map(fault -> DynamicTest.dynamicTest(fault.name(), () -> {
                    FaultVerdict verdict = runner.play(fault);
                    if (verdict instanceof FaultVerdict.Skipped skipped) {
                        abort(skipped.words());
                    }
                    assertInstanceOf(FaultVerdict.Held.class, verdict, () -> FaultReport.line(fault, verdict));
                }));
    }

    @Test
    void there_are_at_least_25_faults_and_each_has_a_name_of_its_own() {
        assertTrue(Faults.all().size() >= 25);
        assertEquals(
                Faults.all().size(),
                Faults.all().stream().map(Fault::name).distinct().count());
    }
}
