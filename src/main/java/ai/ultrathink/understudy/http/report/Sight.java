package ai.ultrathink.understudy.http.report;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What readers can see at one time.
 *
 * @param tests by id
 * @param models the state of each model here and on the other replicas; compared as it is
 */
record Sight(Map<String, OverviewView> tests, List<?> models) {

    Sight {
        tests = Map.copyOf(tests);
        models = List.copyOf(models);
    }

    static Sight of(List<OverviewView> tests, List<?> models) {
        return new Sight(
                tests.stream()
                        .collect(Collectors.toMap(OverviewView::testId, Function.identity(), (one, other) -> one)),
                models);
    }

    /** What is not as it was. */
    ChangesView since(Sight before) {
        List<String> changed = Stream.concat(tests.keySet().stream(), before.tests.keySet().stream())
                .filter(id -> !Objects.equals(seen(id), before.seen(id)))
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .toList();
        boolean many = changed.size() > ChangesView.MOST_NAMED;
        return new ChangesView(many ? List.of() : changed, many, !models.equals(before.models));
    }

    /** That a test was evaluated again, and nothing else, is no change: each running test is evaluated all the time. */
    private @Nullable OverviewView seen(String testId) {
        OverviewView test = tests.get(testId);
        return test == null ? null : test.evaluatedAt(null);
    }
}
