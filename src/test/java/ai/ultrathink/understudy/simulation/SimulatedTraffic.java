package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Requests of one run, and what is counted of them. */
final class SimulatedTraffic {

    private static final double CONFIDENCE_SPREAD = 0.15;
    private static final double PAIR_SPREAD = 0.05;
    private static final double STALL = Math.log(20);

    /** Of a split's requests, those that both models answer. */
    private static final double PAIRS = 0.1;

    /** Of the weather from one request to the next; it is half gone after 1,400 of them. */
    private static final double MEMORY = 0.9995;

    private final SimulatedCallers callers;
    private final Guardrails guardrails;
    private final RandomGenerator random;
    private final double[] popularity;
    private final double[] draws;
    private final boolean[] known;
    private final double[] characters;
    private final List<GenerationEvidence> past = new ArrayList<>();
    private GenerationTally tally;
    private double weather;
    private long requests;

    /** @param split treatment's fraction at first, or null for a shadow */
    SimulatedTraffic(SimulatedCallers callers, Guardrails guardrails, @Nullable Double split, RandomGenerator random) {
        this.callers = callers;
        this.guardrails = guardrails;
        this.random = random;
        this.tally = new GenerationTally(1, split);
        this.popularity = popularity(callers.accounts());
        this.draws = random.doubles(callers.accounts()).toArray();
        this.known = new boolean[callers.accounts()];
        this.characters = random.doubles(callers.accounts())
                .map(any -> random.nextGaussian())
                .toArray();
        this.weather = random.nextGaussian();
    }

    private static double[] popularity(int accounts) {
        double[] cumulated = new double[accounts];
        double sum = 0;
        for (int account = 0; account < accounts; account++) {
            sum += 1.0 / (account + 1);
            cumulated[account] = sum;
        }
        return cumulated;
    }

    /** From here on, a new generation if it is another configuration. */
    void configure(@Nullable Double split) {
        if (split == null ? tally.split != null : !split.equals(tally.split)) {
            past.add(tally.evidence());
            tally = new GenerationTally(tally.generation + 1, split);
        }
    }

    long requests() {
        return requests;
    }

    long generation() {
        return tally.generation;
    }

    /** Rows assigned to treatment, in shadow or split, of all generations. */
    long treatmentRequests() {
        return past.stream()
                        .mapToLong(each ->
                                each.stored().treatment() + each.stored().shadow())
                        .sum()
                + tally.storedTreatment
                + tally.storedShadow;
    }

    /** What a judge is shown. */
    EvaluationInput evidence() {
        List<GenerationEvidence> evidence = new ArrayList<>(past);
        if (requests > 0) {
            evidence.add(tally.evidence());
        }
        return new EvaluationInput(
                "simulated",
                tally.generation,
                tally.split == null ? Mode.SHADOW : Mode.TRAFFIC_SPLIT,
                guardrails,
                evidence);
    }

    void ask(int count, Conditions conditions) {
        for (int request = 0; request < count; request++) {
            weather = MEMORY * weather + Math.sqrt(1 - MEMORY * MEMORY) * random.nextGaussian();
            if (tally.split == null) {
                shadow(conditions);
            } else {
                split(conditions, tally.split);
            }
        }
        requests += count;
    }

    private void shadow(Conditions conditions) {
        tally.assignedShadow++;
        tally.storedShadow++;
        boolean control = !happens(conditions.control().failureRate());
        boolean treatment = !happens(conditions.treatment().failureRate());
        double confidence = conditions.control().confidence() + CONFIDENCE_SPREAD * random.nextGaussian();
        double delta = conditions.treatment().confidence()
                - conditions.control().confidence()
                + PAIR_SPREAD * random.nextGaussian();
        if (control) {
            tally.answer(Variant.CONTROL, confidence, logLatency(conditions.control()));
        }
        if (treatment) {
            tally.answer(Variant.TREATMENT, confidence + delta, logLatency(conditions.treatment()));
        }
        if (control && treatment) {
            tally.pair(happens(conditions.agreement()), delta);
        }
        tally.failedControlOnly += !control && treatment ? 1 : 0;
        tally.failedTreatmentOnly += control && !treatment ? 1 : 0;
        tally.failedBoth += !control && !treatment ? 1 : 0;
    }

    private void split(Conditions conditions, double split) {
        int account = callers.accounts() == 0 ? -1 : account();
        boolean treatment = (account < 0 ? random.nextDouble() : draws[account]) < split;
        Arm arm = treatment ? conditions.treatment() : conditions.control();
        tally.assignedTreatment += treatment ? 1 : 0;
        tally.assignedControl += treatment ? 0 : 1;
        if (happens(arm.lossRate())) {
            return;
        }
        tally.storedTreatment += treatment ? 1 : 0;
        tally.storedControl += treatment ? 0 : 1;
        if (account < 0 || !known[account]) {
            tally.unitsTreatment += treatment ? 1 : 0;
            tally.unitsControl += treatment ? 0 : 1;
        }
        if (account >= 0) {
            known[account] = true;
        }
        double character = account < 0 ? 0 : characters[account];
        boolean failed = happens(arm.failureRate() * callers.failures(character));
        if (random.nextDouble() < PAIRS) {
            pair(conditions, treatment, failed, character);
        }
        if (failed) {
            tally.failedTreatment += treatment ? 1 : 0;
            tally.failedControl += treatment ? 0 : 1;
        } else {
            tally.answer(
                    treatment ? Variant.TREATMENT : Variant.CONTROL,
                    arm.confidence() + callers.confidence(character) + CONFIDENCE_SPREAD * random.nextGaussian(),
                    logLatency(arm) + callers.logLatency(character));
        }
    }

    /** The other model is asked as well. */
    private void pair(Conditions conditions, boolean ofTreatment, boolean failed, double character) {
        Arm other = ofTreatment ? conditions.control() : conditions.treatment();
        boolean otherFailed = happens(other.failureRate() * callers.failures(character));
        boolean control = !(ofTreatment ? otherFailed : failed);
        boolean treatment = !(ofTreatment ? failed : otherFailed);
        tally.asked++;
        tally.failedControlOnly += !control && treatment ? 1 : 0;
        tally.failedTreatmentOnly += control && !treatment ? 1 : 0;
        tally.failedBoth += !control && !treatment ? 1 : 0;
        if (control && treatment) {
            tally.pairOfSplit(
                    happens(conditions.agreement()),
                    conditions.treatment().confidence()
                            - conditions.control().confidence()
                            + PAIR_SPREAD * random.nextGaussian(),
                    logLatency(conditions.control()) + callers.logLatency(character),
                    logLatency(conditions.treatment()) + callers.logLatency(character));
        }
    }

    private int account() {
        double point = random.nextDouble() * popularity[popularity.length - 1];
        int low = 0;
        int high = popularity.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (popularity[middle] < point) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private double logLatency(Arm arm) {
        double shared = callers.weather() == 0 ? 0 : Math.sqrt(callers.weather()) * weather;
        double own = Math.sqrt(1 - callers.weather()) * random.nextGaussian();
        return Math.log(arm.medianMillis())
                + arm.spread() * (shared + own)
                + (arm.stalls() > 0 && happens(arm.stalls()) ? STALL : 0);
    }

    private boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}
