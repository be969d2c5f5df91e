package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each test of the running service has a subclass that runs it against the native executable, or a reason why not. */
class NativeRunsTest {

    private static final String A_BEAN = "injects beans, which another process does not have";

    /** Those that run in the JVM alone, and why. */
    private static final Map<String, String> IN_THE_JVM_ONLY = Map.ofEntries(
            Map.entry("http.ChangeLogTest", "reads the log inside the service's process"),
            Map.entry("http.InternalErrorTest", "calls a resource that only the tests have"),
            Map.entry("storage.experiment.CatalogStoreTest", A_BEAN),
            Map.entry("storage.experiment.KeptEvidenceStoreTest", A_BEAN),
            Map.entry("storage.experiment.HistoryStoreTest", A_BEAN),
            Map.entry("storage.audit.EventStoreTest", A_BEAN),
            Map.entry("storage.outcomes.OutcomeBlocksTest", A_BEAN),
            Map.entry("http.identity.RoutesTest", A_BEAN),
            Map.entry("storage.results.EvidenceQueriesTest", A_BEAN),
            Map.entry("storage.results.LedgerSumsTest", A_BEAN),
            Map.entry("storage.experiment.RampClockStoreTest", A_BEAN),
            Map.entry("storage.fleet.FleetStoreTest", A_BEAN));

    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages(ArchitectureTest.ROOT);

    @Test
    void each_test_of_the_running_service_runs_natively_or_is_listed_with_a_reason() {
        Set<String> only = TESTS.stream()
                .filter(test -> test.isAnnotatedWith(QuarkusTest.class))
                .filter(test -> !runsNatively(test))
                .map(NativeRunsTest::name)
                .collect(Collectors.toCollection(TreeSet::new));

        assertTrue(TESTS.contain(ArchitectureTest.ROOT + ".http.PredictionTest"));
        assertEquals(
                new TreeSet<>(IN_THE_JVM_ONLY.keySet()),
                only,
                "add a subclass *NativeIT with @QuarkusIntegrationTest, or a line with the reason; delete lines that are"
                        + " no longer true");
    }

    private static boolean runsNatively(JavaClass test) {
        return test.getSubclasses().stream()
                .anyMatch(subclass -> subclass.isAnnotatedWith(QuarkusIntegrationTest.class)
                        && subclass.getName().equals(test.getName().replaceAll("Test$", "NativeIT")));
    }

    private static String name(JavaClass test) {
        return test.getName().substring(ArchitectureTest.ROOT.length() + 1);
    }
}
