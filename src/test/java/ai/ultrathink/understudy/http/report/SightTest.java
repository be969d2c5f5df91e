package ai.ultrathink.understudy.http.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SightTest {

    private static final List<String> MODELS = List.of("loaded");

    static Sight sight(List<?> models, OverviewView... tests) {
        return Sight.of(Arrays.asList(tests), models);
    }

    @Test
    void nothing_has_changed_if_all_is_equal() {
        assertEquals(ChangesView.NOTHING, sight(MODELS, test("a", 1)).since(sight(MODELS, test("a", 1))));
    }

    @Test
    void another_evaluation_with_the_same_result_is_no_change() {
        OverviewView later = test("a", 1).evaluatedAt(Instant.EPOCH.plusSeconds(15));

        assertEquals(ChangesView.NOTHING, sight(MODELS, later).since(sight(MODELS, test("a", 1))));
    }

    @Test
    void changed_new_and_deleted_tests_are_named() {
        Sight before = sight(MODELS, test("changed", 1), test("deleted", 1), test("same", 1));
        Sight now = sight(MODELS, test("changed", 2), test("new", 1), test("same", 1));

        assertEquals(new ChangesView(List.of("changed", "deleted", "new"), false, false), now.since(before));
    }

    @Test
    void a_change_of_a_model_names_no_test() {
        assertEquals(
                new ChangesView(List.of(), false, true),
                sight(List.of("failed"), test("a", 1)).since(sight(MODELS, test("a", 1))));
    }

    @Test
    void of_many_none_is_named() {
        OverviewView[] many = IntStream.rangeClosed(0, ChangesView.MOST_NAMED)
                .mapToObj(n -> test("t" + n, 1))
                .toArray(OverviewView[]::new);

        assertEquals(
                new ChangesView(List.of(), true, false), sight(MODELS, many).since(sight(MODELS)));
    }

    private static OverviewView test(String testId, long generation) {
        return new OverviewView(
                testId,
                "",
                "shadow",
                true,
                0,
                "control",
                "treatment",
                null,
                null,
                generation,
                Instant.EPOCH,
                null,
                null,
                null,
                Map.of(),
                null,
                null,
                new OverviewView.Replicas(1, 1),
                null,
                null);
    }
}
