package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.replica.FleetState;
import ai.ultrathink.understudy.replica.Reload;
import ai.ultrathink.understudy.replica.ReloadDecision;
import ai.ultrathink.understudy.replica.ReloadProgress;
import ai.ultrathink.understudy.replica.ReloadTarget;
import ai.ultrathink.understudy.replica.ReplicaState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Decides when a reload switches, and to which versions. It switches as soon as each live replica has the new versions;
 * at the deadline, with the models that at least half of the replicas have, because losing more replicas is worse than
 * keeping the old version. A model is removed only when every replica has lost its folder.
 */
final class ReloadRules {

    private final Duration aliveWithin;
    private final Duration switchAfter;
    private final Duration drainFor;

    ReloadRules(FleetConfig config) {
        this.aliveWithin = config.aliveWithin();
        this.switchAfter = config.switchAfter();
        this.drainFor = config.drainFor();
    }

    /** The replicas that have reported recently. */
    List<ReplicaState> alive(FleetState fleet) {
        Instant since = fleet.now().minus(aliveWithin);
        return fleet.replicas().stream()
                .filter(replica -> !replica.heartbeat().isBefore(since))
                .toList();
    }

    /**
     * Decides about the reload in progress.
     *
     * @param settled whether the others have had time to report since the database answers this replica; after an
     *     outage a silent replica may only be late
     */
    ReloadDecision of(FleetState fleet, boolean settled) {
        Reload open = fleet.open();
        List<ReplicaState> alive = alive(fleet);
        boolean silent = alive.size() < fleet.replicas().size();
        if (open == null || alive.isEmpty() || (silent && !settled)) {
            return new ReloadDecision.Wait();
        }
        List<Count> counts =
                open.targets().stream().map(target -> count(target, alive)).toList();
        boolean over = !fleet.now().isBefore(open.deadline());
        return over || counts.stream().allMatch(Count::decided) ? settled(counts, alive) : new ReloadDecision.Wait();
    }

    /**
     * Number of replicas that have a version.
     *
     * @param ready the replicas that have it
     * @param failed the replicas that cannot load it
     */
    private record Count(ReloadTarget target, int alive, long ready, long failed) {

        /** Whether waiting longer would not change the count. */
        boolean decided() {
            return ready == alive || failed == alive;
        }

        boolean taken() {
            return target.version() == null ? ready == alive : 2 * ready >= alive;
        }
    }

    private static Count count(ReloadTarget target, List<ReplicaState> alive) {
        List<ReloadHeadway> headway =
                alive.stream().map(replica -> ReloadHeadway.of(replica, target)).toList();
        return new Count(
                target,
                alive.size(),
                headway.stream().filter(ReloadHeadway::ready).count(),
                headway.stream()
                        .filter(one -> one.state() == ReloadHeadway.State.FAILED)
                        .count());
    }

    private ReloadDecision settled(List<Count> counts, List<ReplicaState> alive) {
        List<ReloadTarget> taken =
                counts.stream().filter(Count::taken).map(Count::target).toList();
        List<ReloadProgress> progress = counts.stream()
                .flatMap(count -> alive.stream().map(replica -> ReloadHeadway.progress(replica, count.target())))
                .toList();
        String left = left(counts, progress);
        if (taken.isEmpty()) {
            return new ReloadDecision.Fail(left, progress);
        }
        boolean complete = counts.stream().filter(Count::taken).allMatch(count -> count.ready() == count.alive());
        Duration in = alive.size() == 1 ? Duration.ZERO : complete ? switchAfter : drainFor;
        return new ReloadDecision.Switch(taken, in, left.isEmpty() ? null : left, progress);
    }

    /** The replicas that are not ready, and what is left out for that reason; empty if all are ready. */
    private static String left(List<Count> counts, List<ReloadProgress> progress) {
        List<String> lines = new ArrayList<>();
        for (Count count : counts) {
            if (count.ready() < count.alive()) {
                String names = progress.stream()
                        .filter(one -> one.model().equals(count.target().model()))
                        .filter(one ->
                                !one.state().equals("loaded") && !one.state().equals("switched"))
                        .map(one -> one.replica() + " (" + one.state()
                                + (one.detail() == null ? "" : ": " + one.detail()) + ")")
                        .collect(Collectors.joining(", "));
                lines.add((count.taken() ? "" : "not done: ") + count.target().text() + " is not on " + names);
            }
        }
        return String.join("; ", lines);
    }
}
