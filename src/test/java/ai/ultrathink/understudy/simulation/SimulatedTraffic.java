package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.simulation.SimulatedRow.Withheld;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Requests of one run, and what is counted of them. */
final class SimulatedTraffic {

    private static final double CONFIDENCE_SPREAD = 0.15;

    /** Of a split's requests, those that both models answer. */
    private static final double PAIRS = 0.1;

    private final World world;
    private final Guardrails guardrails;
    private final RandomGenerator random;
    private final SimulatedCallers callers;
    private final Dependence dependence;
    private final List<GenerationTally> past = new ArrayList<>();
    private List<GenerationEvidence> pastEvidence = List.of();
    private long hourOfPast;
    private GenerationTally tally;
    private long requests;
    private long treatmentRequests;

    /** @param split treatment's fraction at first, or null for a shadow */
    SimulatedTraffic(World world, Guardrails guardrails, @Nullable Double split, RandomGenerator random) {
        this.world = world;
        this.guardrails = guardrails;
        this.random = random;
        this.callers = world.callers().apply(random);
        this.dependence = world.dependence().apply(random);
        this.tally = new GenerationTally(1, split, 1);
    }

    /** From here on, a new generation if it is another configuration. */
    void configure(@Nullable Double split) {
        if (split == null ? tally.split() != null : !split.equals(tally.split())) {
            edit(split);
        }
    }

    /** From here on, a new generation. */
    void edit(@Nullable Double split) {
        begin(new GenerationTally(tally.generation() + 1, split, tally.version()));
    }

    private void begin(GenerationTally next) {
        past.add(tally);
        tally = next;
        pastEvidence = List.of();
    }

    long requests() {
        return requests;
    }

    long generation() {
        return tally.generation();
    }

    /** Rows assigned to treatment, in shadow or split, of all generations. */
    long treatmentRequests() {
        return treatmentRequests;
    }

    /** What an evaluator is shown. */
    EvaluationInput evidence() {
        List<GenerationEvidence> evidence = new ArrayList<>(pastEvidence());
        if (requests > 0) {
            evidence.add(tally.evidence(world.minute(requests)));
        }
        return new EvaluationInput(
                "simulated",
                tally.generation(),
                tally.split() == null ? Mode.SHADOW : Mode.TRAFFIC_SPLIT,
                guardrails,
                evidence);
    }

    /** Changes only when the blocks of an hour are folded. */
    private List<GenerationEvidence> pastEvidence() {
        long minute = world.minute(requests);
        if (pastEvidence.size() != past.size() || hourOfPast != minute / 60) {
            hourOfPast = minute / 60;
            pastEvidence = past.stream().map(each -> each.evidence(minute)).toList();
        }
        return pastEvidence;
    }

    void ask(int count) {
        for (int request = 0; request < count; request++) {
            ask();
            requests++;
        }
    }

    private void ask() {
        SimulatedUnit unit = callers.next();
        Conditions conditions = dependence.at(world.conditions().apply(requests), unit);
        if (conditions.version() != tally.version()) {
            begin(new GenerationTally(tally.generation(), tally.split(), conditions.version()));
        }
        Double split = tally.split();
        Variant assigned = split == null ? null : unit.draw() < split ? Variant.TREATMENT : Variant.CONTROL;
        tally.assigned(assigned);
        if (lost(assigned, conditions)) {
            return;
        }
        treatmentRequests += assigned == Variant.CONTROL ? 0 : 1;
        tally.add(row(unit, assigned, conditions), world.spoilt(world.minute(requests)));
    }

    private boolean lost(@Nullable Variant assigned, Conditions conditions) {
        return assigned != null
                && happens((assigned == Variant.TREATMENT ? conditions.treatment() : conditions.control()).lossRate());
    }

    private SimulatedRow row(SimulatedUnit unit, @Nullable Variant assigned, Conditions conditions) {
        Withheld withheld =
                world.fenced(requests) ? Withheld.FENCED : conditions.guardOpen() ? Withheld.GUARD_OPEN : null;
        boolean both = withheld == null && (assigned == null || random.nextDouble() < PAIRS);
        boolean askControl = both || assigned != Variant.TREATMENT;
        boolean askTreatment = both || (assigned == Variant.TREATMENT && withheld == null);
        double doubt = CONFIDENCE_SPREAD * random.nextGaussian();
        return new SimulatedRow(
                world.minute(requests),
                unit,
                assigned,
                withheld,
                askControl ? pass(conditions.control(), doubt, conditions) : null,
                askTreatment
                        ? pass(
                                conditions.treatment(),
                                both ? doubt + conditions.pairSpread() * random.nextGaussian() : doubt,
                                conditions)
                        : null,
                both && happens(conditions.agreement()));
    }

    private SimulatedPass pass(Arm arm, double doubt, Conditions conditions) {
        double logLatency = Math.log(arm.medianMillis())
                + arm.spread() * random.nextGaussian()
                + (happens(arm.stalls()) ? Arm.STALL : 0);
        return new SimulatedPass(
                happens(arm.failureRate()),
                logLatency > Math.log(conditions.deadlineMillis()),
                logLatency,
                arm.confidence() + doubt);
    }

    private boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}
