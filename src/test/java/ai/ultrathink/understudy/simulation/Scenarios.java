package ai.ultrathink.understudy.simulation;

import java.util.List;
import java.util.stream.Stream;

/** All scenarios, in the order of the table. */
final class Scenarios {

    private Scenarios() {}

    static List<Scenario> all() {
        return Stream.of(HarmlessTraffic.all(), HarmfulTraffic.all(), QuietTraffic.all())
                .flatMap(List::stream)
                .toList();
    }
}
