package ai.ultrathink.understudy.simulation;

import java.util.List;
import java.util.stream.Stream;

/** All scenarios, in the order of the table. */
final class Scenarios {

    private Scenarios() {}

    static List<Scenario> all() {
        return Stream.of(
                        SoundWorlds.all(),
                        RampWorlds.all(),
                        LimitWorlds.all(),
                        DependentWorlds.all(),
                        BrokenWorlds.all(),
                        LateWorlds.all(),
                        QuietWorlds.all())
                .flatMap(List::stream)
                .toList();
    }
}
