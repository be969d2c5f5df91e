package ai.ultrathink.understudy.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.HistoryPoint.Mark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class HistoryThinningProperties {

    private static final Instant START = Instant.parse("2026-11-29T00:00:00Z");

    @Property
    void there_are_never_too_many_and_the_oldest_and_the_newest_stay(
            @ForAll("histories") List<Mark> points, @ForAll @IntRange(min = 2, max = 60) int most) {
        List<Mark> kept = HistoryThinning.kept(points, most);

        assertTrue(kept.size() <= most, () -> kept.size() + " of " + most);
        assertTrue(inOrder(kept, points));
        if (!points.isEmpty()) {
            assertSame(points.getFirst(), kept.getFirst());
            assertSame(points.getLast(), kept.getLast());
        }
    }

    @Property
    void one_too_many_thins_the_older_half_alone_and_leaves_what_changed_while_there_is_room(
            @ForAll("histories") List<Mark> points) {
        if (points.size() < 4) {
            return;
        }
        List<Mark> kept = HistoryThinning.kept(points, points.size() - 1);
        int half = points.size() / 2;

        assertEquals(
                points.subList(half, points.size()), kept.subList(kept.size() - (points.size() - half), kept.size()));
        if (points.subList(0, half).stream().filter(point -> !point.changed()).count() >= 2) {
            assertTrue(kept.containsAll(points.stream().filter(Mark::changed).toList()));
        }
    }

    @Property
    void what_is_shown_is_so_many_with_the_last_and_what_changed(
            @ForAll("histories") List<Mark> points, @ForAll @IntRange(min = 1, max = 60) int most) {
        List<Mark> shown = HistoryThinning.shown(points, most);

        assertEquals(Math.min(most, points.size()), shown.size());
        assertTrue(inOrder(shown, points));
        List<Mark> changes = points.stream().filter(Mark::changed).toList();
        if (!points.isEmpty()) {
            assertSame(points.getLast(), shown.getLast());
        }
        if (changes.size() < most) {
            assertTrue(shown.containsAll(changes));
        }
    }

    @Example
    void a_history_that_goes_on_for_a_month_gets_coarser_with_its_age() {
        List<Mark> points = new ArrayList<>();
        for (int i = 0; i < 30 * 24 * 240; i++) {
            points.add(new Mark(START.plusSeconds(15L * i), i % 40_000 == 0));
            points = new ArrayList<>(HistoryThinning.kept(points, 720));
        }

        assertTrue(points.size() <= 720 && points.size() > 360, "points: " + points.size());
        assertEquals(5, points.stream().filter(Mark::changed).count());
        Instant dayAgo = points.getLast().time().minusSeconds(3600);
        assertTrue(points.stream().filter(point -> point.time().isAfter(dayAgo)).count() > 200);
    }

    @Provide
    Arbitrary<List<Mark>> histories() {
        return Arbitraries.of(true, false, false, false)
                .list()
                .ofMaxSize(200)
                .map(changes -> IntStream.range(0, changes.size())
                        .mapToObj(i -> new Mark(START.plusSeconds(15L * i), i == 0 || changes.get(i)))
                        .toList());
    }

    private static boolean inOrder(List<Mark> some, List<Mark> all) {
        return all.stream().filter(some::contains).toList().equals(some);
    }
}
