package ai.ultrathink.understudy.storage.results;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Arm;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Asked;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Batches;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Failures;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Groups;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Noise;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Units;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Versions;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.evidence.ResultSums;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Comparison;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.outcome.Timing;
import ai.ultrathink.understudy.stats.Latencies;
import ai.ultrathink.understudy.stats.LogHistogram;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The evidence of observations as its definition says, counted one by one. */
final class PlainCount {

    /** Passes that were cut off are in the last bucket. */
    private static final int LAST_BUCKET = LogHistogram.LAST_BUCKET;

    private PlainCount() {}

    /** @param batches in the order in which they were stored, each row once */
    static List<GenerationEvidence> of(List<List<Observation>> batches) {
        Set<Observation> first = firstOfTheirUnits(batches);
        Map<Part, List<Observation>> parts =
                batches.stream().flatMap(List::stream).collect(Collectors.groupingBy(Part::of));
        return parts.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<Part, List<Observation>> entry) ->
                                entry.getKey().generation())
                        .thenComparing(entry -> lastSeen(entry.getValue())))
                .map(entry -> part(entry.getKey(), entry.getValue(), first))
                .toList();
    }

    /** What evidence is kept by. */
    private record Part(long generation, String control, String treatment) {

        static Part of(Observation row) {
            return new Part(row.generation(), digest(row.controlModel()), digest(row.treatmentModel()));
        }

        private static String digest(@Nullable ModelVersion version) {
            return version == null ? "" : version.digest();
        }
    }

    private static Instant lastSeen(List<Observation> rows) {
        return rows.stream()
                .map(Observation::time)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static @Nullable String text(List<Observation> rows, Function<Observation, @Nullable ModelVersion> model) {
        return rows.stream()
                .map(model)
                .filter(version -> version != null && !version.digest().isEmpty())
                .map(ModelVersion::text)
                .findFirst()
                .orElse(null);
    }

    private static Set<Observation> firstOfTheirUnits(List<List<Observation>> batches) {
        Set<String> seen = new HashSet<>();
        return batches.stream()
                .flatMap(batch -> batch.stream().sorted(Comparator.comparing(Observation::time)))
                .filter(row -> row.assigned() != Group.SHADOW)
                .filter(row -> row.unitId().equals(row.requestId()) || seen.add(row.unitId()))
                .collect(Collectors.toSet());
    }

    /** Of a minute with a fenced request nothing counts but the rows. */
    private static List<Observation> sound(List<Observation> rows) {
        Set<Instant> fenced = rows.stream()
                .filter(row -> row.fallback() == Fallback.FENCED)
                .map(PlainCount::minute)
                .collect(Collectors.toSet());
        return rows.stream().filter(row -> !fenced.contains(minute(row))).toList();
    }

    private static Instant minute(Observation row) {
        return row.time().truncatedTo(ChronoUnit.MINUTES);
    }

    private static GenerationEvidence part(Part part, List<Observation> stored, Set<Observation> first) {
        List<Observation> rows = sound(stored);
        List<Comparison> pairs =
                rows.stream().flatMap(row -> row.comparison().stream()).toList();
        List<Observation> ofSplit = rows.stream()
                .filter(in(Group.SHADOW).negate())
                .filter(row -> row.comparison().isPresent()
                        || (row.pairing() == Pairing.PAIRED && passed(row.control()) && passed(row.treatment())))
                .toList();
        return new GenerationEvidence(
                part.generation(),
                stored.getFirst().configuredSplit(),
                new Groups(0, 0, 0),
                new Groups(
                        count(stored, in(Group.CONTROL)),
                        count(stored, in(Group.TREATMENT)),
                        count(stored, in(Group.SHADOW))),
                new Units(
                        count(stored, in(Group.CONTROL).and(first::contains)),
                        count(stored, in(Group.TREATMENT).and(first::contains))),
                failures(rows),
                arm(rows, Variant.CONTROL),
                arm(rows, Variant.TREATMENT),
                new ResultSums.Pairs(
                        pairs.size(),
                        pairs.stream().filter(Comparison::actionsMatch).count(),
                        sum(pairs, Comparison::confidenceDelta),
                        sum(pairs, pair -> pair.confidenceDelta() * pair.confidenceDelta()),
                        sum(pairs, Comparison::latencyDeltaMillis),
                        sum(pairs, pair -> pair.latencyDeltaMillis() * pair.latencyDeltaMillis())),
                new Noise(0, 0),
                Stream.of(Variant.values())
                        .flatMap(arm -> histogram(
                                rows.stream()
                                        .filter(own(arm))
                                        .filter(row -> arm == Variant.TREATMENT || !PlainFailures.queued(row)),
                                arm))
                        .toList(),
                new Asked(
                        count(rows, PlainFailures::pairOfSplit),
                        count(
                                stored,
                                in(Group.CONTROL)
                                        .negate()
                                        .and(row -> !rows.contains(row) || row.fallback() == Fallback.TEST_DISABLED)),
                        count(rows, PlainFailures::controlRan),
                        count(rows, PlainFailures::treatmentRan)),
                new Versions(
                        part.control(),
                        part.treatment(),
                        text(stored, Observation::controlModel),
                        text(stored, Observation::treatmentModel)),
                Stream.of(Variant.values())
                        .flatMap(arm -> histogram(ofSplit.stream(), arm))
                        .toList(),
                List.of(),
                List.of());
    }

    private static Failures failures(List<Observation> rows) {
        Predicate<Observation> shadowOrTreatment = in(Group.SHADOW).or(in(Group.TREATMENT));
        return new Failures(
                count(rows, in(Group.TREATMENT).negate().and(PlainFailures::control)),
                count(rows, shadowOrTreatment.and(PlainFailures::treatment)),
                count(rows, PlainFailures::controlOnly),
                count(rows, PlainFailures::treatmentOnly),
                count(rows, PlainFailures::both),
                count(
                        rows,
                        shadowOrTreatment.and(row -> row.treatment() instanceof Outcome.Failed
                                || row.treatment() instanceof Outcome.Invalid)),
                count(rows, shadowOrTreatment.and(row -> row.treatment() instanceof Outcome.TimedOut)),
                count(rows, PlainFailures::refused),
                count(rows, shadowOrTreatment.and(row -> row.fallback() == Fallback.GUARD_OPEN)),
                count(rows, PlainFailures::shed));
    }

    private static Arm arm(List<Observation> rows, Variant variant) {
        List<Outcome.Answered> answers = answers(rows, variant).toList();
        List<Double> means = List.copyOf(rows.stream()
                .filter(row -> answers(List.of(row), variant).findAny().isPresent())
                .collect(Collectors.groupingBy(
                        row -> row.time().truncatedTo(ChronoUnit.MINUTES),
                        Collectors.averagingDouble(row -> answers(List.of(row), variant)
                                .findAny()
                                .orElseThrow()
                                .latencyMillis())))
                .values());
        return new Arm(
                answers.size(),
                sum(answers, a -> a.answer().confidence()),
                sum(answers, a -> (double) a.answer().confidence() * a.answer().confidence()),
                sum(answers, Outcome.Answered::latencyMillis),
                sum(answers, a -> a.latencyMillis() * a.latencyMillis()),
                new Batches(means.size(), sum(means, mean -> mean), sum(means, mean -> mean * mean)));
    }

    private static Stream<LatencyCount> histogram(Stream<Observation> rows, Variant arm) {
        TreeMap<Integer, Long> buckets = rows.filter(row -> passed(outcome(row, arm)))
                .collect(Collectors.groupingBy(row -> bucket(row, arm), TreeMap::new, Collectors.counting()));
        return buckets.entrySet().stream().map(entry -> new LatencyCount(arm, entry.getKey(), entry.getValue()));
    }

    private static int bucket(Observation row, Variant arm) {
        boolean late = arm == Variant.CONTROL && row.controlTiming() == Timing.LATE;
        return !late && outcome(row, arm) instanceof Outcome.Answered answered
                ? Latencies.bucket(answered.latencyMillis())
                : LAST_BUCKET;
    }

    /** Whether there was a forward pass that ended, or was cut off. */
    private static boolean passed(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Answered || outcome instanceof Outcome.TimedOut;
    }

    private static Predicate<Observation> own(Variant arm) {
        return in(Group.SHADOW).or(in(Group.of(arm)));
    }

    /** An arm's own answers in the arm's own rows. */
    private static Stream<Outcome.Answered> answers(List<Observation> rows, Variant arm) {
        return rows.stream().filter(own(arm)).flatMap(row -> answer(row, arm));
    }

    private static @Nullable Outcome outcome(Observation row, Variant arm) {
        return arm == Variant.CONTROL ? row.control() : row.treatment();
    }

    private static Stream<Outcome.Answered> answer(Observation row, Variant arm) {
        return outcome(row, arm) instanceof Outcome.Answered answered ? Stream.of(answered) : Stream.empty();
    }

    private static Predicate<Observation> in(Group group) {
        return row -> row.assigned() == group;
    }

    private static long count(List<Observation> rows, Predicate<Observation> which) {
        return rows.stream().filter(which).count();
    }

    private static <T> double sum(List<T> values, ToDoubleFunction<T> value) {
        return values.stream().mapToDouble(value).sum();
    }
}
