package ai.ultrathink.understudy.evidence;

import ai.ultrathink.understudy.evidence.HistoryPoint.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which points of a history are kept, and which are shown. The longer ago, the fewer points, but what changed stays as long as there is
 * room for it. All lists are oldest first.
 */
public final class HistoryThinning {

    private HistoryThinning() {}

    /**
     * The points that stay: all if there are not too many; otherwise every second one of the older half goes, so that there is
     * room again. Points at which something changed go only if the others are not enough. The oldest always stays.
     *
     * @param most at least 2
     */
    public static List<Mark> kept(List<Mark> points, int most) {
        List<Mark> kept = points;
        while (kept.size() > most) {
            int half = Math.max(kept.size() / 2, 2);
            List<Mark> older = kept.subList(0, half);
            List<Mark> newer = kept.subList(half, kept.size());
            List<Mark> thinned = everySecond(older, true);
            kept = Stream.concat(
                            (thinned.size() + newer.size() > most ? everySecond(older, false) : thinned).stream(),
                            newer.stream())
                    .toList();
        }
        return kept;
    }

    private static List<Mark> everySecond(List<Mark> points, boolean exceptChanges) {
        List<Mark> left = new ArrayList<>();
        boolean drop = false;
        for (Mark point : points) {
            if (exceptChanges && point.changed()) {
                left.add(point);
            } else {
                if (!drop) {
                    left.add(point);
                }
                drop = !drop;
            }
        }
        return left;
    }

    /**
     * The points to show: all if there are not too many; otherwise the last, those at which something changed, and others
     * spread evenly between them.
     *
     * @param most at least 1
     */
    public static List<Mark> shown(List<Mark> points, int most) {
        if (points.size() <= most) {
            return points;
        }
        int last = points.size() - 1;
        List<Integer> wanted = IntStream.range(0, points.size())
                .filter(i -> i == last || points.get(i).changed())
                .boxed()
                .toList();
        TreeSet<Integer> chosen = new TreeSet<>(spread(wanted, Math.min(most, wanted.size())));
        List<Integer> others = IntStream.range(0, points.size())
                .filter(i -> i != last && !points.get(i).changed())
                .boxed()
                .toList();
        chosen.addAll(spread(others, most - chosen.size()));
        return chosen.stream().map(points::get).toList();
    }

    /** So many of a list, evenly; the last is among them, and the first if there is room for two. */
    private static List<Integer> spread(List<Integer> from, int count) {
        int last = from.size() - 1;
        return count == 1
                ? List.of(from.get(last))
                : IntStream.range(0, count)
                        .mapToObj(i -> from.get((int) ((long) i * last / (count - 1))))
                        .toList();
    }
}
