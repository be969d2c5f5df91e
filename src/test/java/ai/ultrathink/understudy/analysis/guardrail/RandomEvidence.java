package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.Clustering.Grouping;
import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Evidence drawn at random: anything that can be. */
public final class RandomEvidence {

    private static final Double[] SPLITS = {null, 0.0, 0.05, 0.5, 1.0};

    private RandomEvidence() {}

    /** Up to four generations, with sums of any size up to a bound. */
    public static EvaluationInput input(Random random, int most) {
        List<GenerationEvidence> evidence = new ArrayList<>();
        int generations = 1 + random.nextInt(4);
        for (int generation = 1; generation <= generations; generation++) {
            evidence.add(generation(random, generation, most));
        }
        return new EvaluationInput(
                "t", 1 + random.nextInt(generations + 1), mode(evidence.getLast()), Guardrails.USUAL, evidence);
    }

    static Mode mode(GenerationEvidence evidence) {
        return evidence.configuredSplit() == null ? Mode.SHADOW : Mode.TRAFFIC_SPLIT;
    }

    static GenerationEvidence generation(Random random, long generation, int most) {
        Double split = SPLITS[random.nextInt(SPLITS.length)];
        long control = split == null ? 0 : random.nextInt(most + 1);
        long treatment = split == null ? 0 : random.nextInt(most + 1);
        long shadow = split == null ? random.nextInt(most + 1) : 0;
        long pairs = part(random, shadow);
        long failedOnly = part(random, shadow) / 3;
        double delta = random.nextGaussian() * 0.1;
        double confidence = 0.5 + random.nextGaussian() * 0.1;
        EvidenceBuilder shown =
                split == null ? EvidenceBuilder.shadow(generation) : EvidenceBuilder.split(generation, split);
        shown.assigned(control + 1, treatment, shadow)
                .units(part(random, control), part(random, treatment))
                .answers(control + shadow, 0.5, treatment + shadow, confidence)
                .noise(pairs, part(random, pairs))
                .pairs(pairs, part(random, pairs), delta);
        if (split == null) {
            shown.shadows(shadow).shadowFailures(part(random, shadow) / 3, failedOnly, failedOnly, failedOnly, 0);
        } else {
            shown.rows(control, treatment).failures(part(random, control), part(random, treatment));
        }
        order(shown, random, pairs);
        for (Variant arm : Variant.values()) {
            for (int bucket = 0; bucket < random.nextInt(5); bucket++) {
                shown.latency(new LatencyCount(arm, 100 + random.nextInt(300), part(random, most / 5)));
            }
        }
        return shown.evidence();
    }

    /** Half of the evidence has an order in time, and groups of requests that resemble each other more or less. */
    private static void order(EvidenceBuilder shown, Random random, long pairs) {
        if (random.nextBoolean()) {
            return;
        }
        int minutes = 1 + random.nextInt(60);
        long ofEach = pairs / minutes;
        shown.minutes(minutes, ofEach, part(random, ofEach));
        for (Quantity quantity : Quantity.values()) {
            for (Grouping grouping : Grouping.values()) {
                shown.groups(
                        quantity,
                        grouping,
                        random.nextInt(200),
                        1 + random.nextInt(50),
                        random.nextGaussian(),
                        random.nextInt(3) * random.nextDouble(),
                        random.nextInt(3) * random.nextDouble());
            }
        }
    }

    private static long part(Random random, long whole) {
        return whole <= 0 ? 0 : random.nextInt((int) whole + 1);
    }
}
