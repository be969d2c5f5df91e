package ai.ultrathink.understudy.storage.outcomes;

import ai.ultrathink.understudy.evidence.GenerationEvidence.Versions;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.evidence.OutcomeBlock.Coverage;
import ai.ultrathink.understudy.evidence.OutcomeBlock.Earned;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.storage.outcomes.RealisedOutcome.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Blocks of outcomes, computed one decision after the other from all rows and all outcomes. */
final class PlainBlocks {

    private record Pair(
            Observation row,
            double control,
            double treatment,
            @Nullable Double value) {}

    private record Paid(Pair pair, double controlTurn, double treatmentTurn) {
        double difference(double value, double cost) {
            return (pair.treatment * value - cost * treatmentTurn) - (pair.control * value - cost * controlTurn);
        }
    }

    private final OutcomePlan plan;
    private final List<RealisedOutcome> outcomes;

    PlainBlocks(OutcomePlan plan, List<RealisedOutcome> outcomes) {
        this.plan = plan;
        this.outcomes = outcomes;
    }

    List<OutcomeBlock> of(List<Observation> rows) {
        Set<String> versions = new HashSet<>();
        rows.forEach(row -> versions.add(digest(row.treatmentModel())));
        List<OutcomeBlock> blocks = new ArrayList<>();
        versions.forEach(version -> blocks.addAll(ofVersion(rows.stream()
                .filter(row -> digest(row.treatmentModel()).equals(version))
                .toList())));
        blocks.sort(Comparator.comparing(OutcomeBlock::start)
                .thenComparingLong(OutcomeBlock::generation)
                .thenComparing(block -> block.versions().treatmentDigest()));
        return blocks;
    }

    private List<OutcomeBlock> ofVersion(List<Observation> rows) {
        TreeMap<Long, TreeMap<Long, List<Paid>>> parts = new TreeMap<>();
        Map<List<String>, Pair> last = new HashMap<>();
        rows.stream()
                .sorted(Comparator.comparing(Observation::time)
                        .thenComparing(row -> row.rowId().toString()))
                .forEach(row -> {
                    // a generation has a record in each block in which it has rows, pairs or not
                    List<Paid> part = parts.computeIfAbsent(block(row.time()), start -> new TreeMap<>())
                            .computeIfAbsent(row.generation(), generation -> new ArrayList<>());
                    Pair pair = pair(row);
                    if (pair != null) {
                        boolean own = row.unitId().equals(row.requestId());
                        Pair before = own ? null : last.put(List.of(row.unitId(), row.symbol()), pair);
                        part.add(new Paid(
                                pair,
                                Math.abs(pair.control - (before == null ? 0 : before.control)),
                                Math.abs(pair.treatment - (before == null ? 0 : before.treatment))));
                    }
                });
        List<OutcomeBlock> blocks = new ArrayList<>();
        TreeMap<Long, Map<String, Double>> averages = new TreeMap<>();
        parts.forEach((start, generations) -> {
            long behind = Math.max(
                    1, Math.ceilDiv(plan.horizon().toSeconds(), plan.block().toSeconds()));
            var earlier = averages.floorEntry(start - behind * plan.block().toSeconds());
            generations.forEach((generation, part) -> blocks.add(
                    block(start, generation, rows.getFirst(), part, earlier == null ? Map.of() : earlier.getValue())));
            averages.put(
                    start,
                    learned(
                            averages,
                            generations.values().stream().flatMap(List::stream).toList()));
        });
        return blocks;
    }

    private Map<String, Double> learned(NavigableMap<Long, Map<String, Double>> averages, List<Paid> block) {
        Map<String, Double> after = new HashMap<>(
                averages.isEmpty() ? Map.of() : averages.lastEntry().getValue());
        Map<String, List<Double>> values = new HashMap<>();
        for (Paid paid : block) {
            if (paid.pair.value != null) {
                values.computeIfAbsent(paid.pair.row.symbol(), symbol -> new ArrayList<>())
                        .add(Math.abs(clipped(paid.pair.value)));
            }
        }
        values.forEach((symbol, seen) -> {
            double mean = seen.stream().mapToDouble(value -> value).average().orElseThrow();
            after.merge(symbol, mean, (before, now) -> 0.94 * before + 0.06 * now);
        });
        return after;
    }

    private OutcomeBlock block(
            long start, long generation, Observation any, List<Paid> part, Map<String, Double> averages) {
        List<Paid> known = part.stream().filter(paid -> paid.pair.value != null).toList();
        return new OutcomeBlock(
                generation,
                new Versions(
                        digest(any.controlModel()),
                        digest(any.treatmentModel()),
                        text(any.controlModel()),
                        text(any.treatmentModel())),
                Instant.ofEpochSecond(start),
                coverage(part, true),
                coverage(part, false),
                earned(known, pair -> clipped(Objects.requireNonNull(pair.value))),
                earned(known, pair -> Objects.requireNonNull(pair.value)),
                disagreements(known, 1),
                disagreements(known, -1),
                Coverage.NONE,
                Coverage.NONE,
                scale(part, averages));
    }

    private static long disagreements(List<Paid> known, int sign) {
        return known.stream()
                .filter(paid -> !agrees(paid.pair))
                .filter(paid ->
                        Math.signum((paid.pair.treatment - paid.pair.control) * Objects.requireNonNull(paid.pair.value))
                                == sign)
                .count();
    }

    private double scale(List<Paid> part, Map<String, Double> averages) {
        Map<String, Double> deltas = new TreeMap<>();
        part.forEach(paid -> deltas.merge(
                paid.pair.row.symbol(), (paid.pair.treatment - paid.pair.control) / part.size(), Double::sum));
        double mean = deltas.keySet().stream()
                .filter(averages::containsKey)
                .mapToDouble(averages::get)
                .average()
                .orElse(0);
        double squares = 0;
        double sum = 0;
        for (var delta : deltas.entrySet()) {
            double term = delta.getValue() * 1.2533 * averages.getOrDefault(delta.getKey(), mean);
            squares += term * term;
            sum += term;
        }
        return Math.sqrt(0.5 * squares + 0.5 * sum * sum);
    }

    private Earned earned(List<Paid> known, ToDoubleFunction<Pair> value) {
        double control = 0;
        double treatment = 0;
        double difference = 0;
        for (Paid paid : known) {
            double made = value.applyAsDouble(paid.pair);
            control += paid.pair.control * made - plan.cost() * paid.controlTurn;
            treatment += paid.pair.treatment * made - plan.cost() * paid.treatmentTurn;
            difference += paid.difference(made, plan.cost());
        }
        return new Earned(control, treatment, difference);
    }

    private static Coverage coverage(List<Paid> part, boolean agreeing) {
        List<Paid> of =
                part.stream().filter(paid -> agrees(paid.pair) == agreeing).toList();
        return new Coverage(
                of.size(), of.stream().filter(paid -> paid.pair.value != null).count());
    }

    private static boolean agrees(Pair pair) {
        return action(pair.row.control()).equals(action(pair.row.treatment()));
    }

    private @Nullable Pair pair(Observation row) {
        boolean both = row.assigned() == Group.SHADOW || row.pairing() == Pairing.PAIRED;
        if (!both || !(row.control() instanceof Outcome.Answered) || !(row.treatment() instanceof Outcome.Answered)) {
            return null;
        }
        return new Pair(
                row,
                plan.positions().getOrDefault(action(row.control()), Double.NaN),
                plan.positions().getOrDefault(action(row.treatment()), Double.NaN),
                value(row));
    }

    private @Nullable Double value(Observation row) {
        Double own = null;
        RealisedOutcome best = null;
        for (RealisedOutcome outcome : outcomes) {
            Instant observed = outcome.observedAt();
            if (observed != null && observed.isBefore(row.time())) {
                continue;
            }
            if (outcome.of() instanceof Subject.Request request
                    && request.requestId().equals(row.requestId())) {
                own = outcome.value();
            }
            if (outcome.of() instanceof Subject.Range range
                    && range.symbol().equals(row.symbol())
                    && !range.from().isAfter(row.time())
                    && range.to().isAfter(row.time())
                    && (best == null || range.from().isAfter(((Subject.Range) best.of()).from()))) {
                best = outcome;
            }
        }
        return own != null ? own : best == null ? null : (Double) best.value();
    }

    private double clipped(double value) {
        return Math.max(-plan.clip(), Math.min(plan.clip(), value));
    }

    private long block(Instant time) {
        Duration length = plan.block();
        return Math.floorDiv(time.getEpochSecond(), length.toSeconds()) * length.toSeconds();
    }

    private static String action(@Nullable Outcome outcome) {
        return ((Outcome.Answered) Objects.requireNonNull(outcome)).answer().action();
    }

    private static String digest(@Nullable ModelVersion version) {
        return version == null ? "" : version.shownDigest();
    }

    private static @Nullable String text(@Nullable ModelVersion version) {
        return version == null ? null : version.text();
    }
}
