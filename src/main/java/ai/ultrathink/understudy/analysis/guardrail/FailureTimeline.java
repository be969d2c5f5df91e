package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.Block;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Hypothesis;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RateBet;
import ai.ultrathink.understudy.stats.RateExcessBet;
import ai.ultrathink.understudy.stats.Restarts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleBiFunction;

/**
 * Failures of both models in the order of time. Evidence is gathered over all phases, and begins again with each span.
 *
 * @param phases the phases in which treatment had requests
 * @param spans stretches of time, oldest first
 */
record FailureTimeline(List<FailureCounts> phases, List<Span> spans) {

    /**
     * A minute, an hour, or a whole generation if no times are known.
     *
     * @param phase the place of its phase in the list of phases
     * @param units treatment's failing units, of those that distinguish the models: in a split all failing units, each at its first
     *     failure; where both models were asked, those that exactly one of them failed
     * @param treatment treatment's failures, of its requests
     * @param control control's failures, of its requests
     */
    record Span(Instant start, int phase, Proportion units, Proportion treatment, Proportion control) {}

    FailureTimeline {
        phases = List.copyOf(phases);
        spans = List.copyOf(spans);
    }

    static FailureTimeline of(List<FailureCounts> phases) {
        List<Span> spans = new ArrayList<>();
        for (int place = 0; place < phases.size(); place++) {
            for (GenerationEvidence generation : phases.get(place).phase().generations()) {
                add(spans, place, phases.get(place).phase(), generation);
            }
        }
        // the shadow generations are one phase, and may lie between others
        spans.sort(Comparator.comparing(Span::start));
        return new FailureTimeline(phases, spans);
    }

    private static void add(List<Span> spans, int place, Phase phase, GenerationEvidence generation) {
        if (generation.blocks().isEmpty()) {
            FailureCounts whole = FailureCounts.of(new Phase(phase.turn(), phase.split(), List.of(generation)));
            spans.add(new Span(Instant.EPOCH, place, whole.decisive(), whole.treatment(), whole.control()));
        }
        for (Block block : generation.blocks()) {
            spans.add(new Span(
                    block.start(),
                    place,
                    phase.dependent()
                            ? part(block.treatmentOnly(), block.controlOnly())
                            : part(
                                    block.treatment().failingUnits(),
                                    block.control().failingUnits()),
                    asked(block, Variant.TREATMENT),
                    asked(block, Variant.CONTROL)));
        }
    }

    private static Proportion part(long treatment, long control) {
        return new Proportion(treatment, treatment + control);
    }

    /** An arm's own requests, and in a split those of the other arm for which its model was asked as well. */
    private static Proportion asked(Block block, Variant variant) {
        Block.Arm own = variant == Variant.CONTROL ? block.control() : block.treatment();
        Block.Arm second = variant == Variant.CONTROL ? block.secondControl() : block.secondTreatment();
        return new Proportion(own.failures() + second.failures(), own.requests() + second.requests());
    }

    /**
     * Evidence against "treatment fails no more often than control".
     *
     * @param alone the logarithm of the evidence of a phase without control beside it, from treatment's failures
     */
    EValue worse(ToDoubleBiFunction<FailureCounts, Proportion> alone) {
        Proportion[] units = none();
        Proportion[] requests = none();
        double[] byPhase = new double[phases.size()];
        double[] since = new double[spans.size()];
        double sum = 0;
        for (int place = spans.size() - 1; place >= 0; place--) {
            Span span = spans.get(place);
            int phase = span.phase();
            units[phase] = units[phase].plus(span.units());
            requests[phase] = requests[phase].plus(span.treatment());
            double before = byPhase[phase];
            byPhase[phase] = worse(phases.get(phase), units[phase], requests[phase], alone);
            sum += byPhase[phase] - before;
            since[place] = sum;
        }
        return Restarts.of(weights(), since);
    }

    private double[] weights() {
        return Restarts.weights(spans.stream().map(Span::start).toList());
    }

    private Proportion[] none() {
        Proportion[] none = new Proportion[phases.size()];
        Arrays.fill(none, Proportion.NONE);
        return none;
    }

    private static double worse(
            FailureCounts counts,
            Proportion units,
            Proportion requests,
            ToDoubleBiFunction<FailureCounts, Proportion> alone) {
        double beside = counts.evidence(units).log();
        if (!counts.phase().full()) {
            return beside;
        }
        EValue without = new EValue(alone.applyAsDouble(counts, requests));
        return counts.inPairs()
                ? AlphaSpending.mean(without, new EValue(beside)).log()
                : without.log();
    }

    /** Evidence against "treatment's rate exceeds control's by at most the limit", of the times in which both were asked. */
    RateExcessBet.Result excess(double limit) {
        List<RateExcessBet.Stretch> stretches = new ArrayList<>();
        double[] fractions = new double[phases.size()];
        for (int phase = 0; phase < fractions.length; phase++) {
            fractions[phase] = fraction(phase);
        }
        double[] weights = weights();
        for (int place = 0; place < weights.length; place++) {
            Span span = spans.get(place);
            double fraction = fractions[span.phase()];
            if (fraction > 0 && fraction < 1) {
                stretches.add(new RateExcessBet.Stretch(fraction, weights[place], span.treatment(), span.control()));
            }
        }
        return new RateExcessBet(limit).of(stretches);
    }

    /** Treatment's fraction of the requests of a phase. */
    private double fraction(int phase) {
        long treatment = 0;
        long control = 0;
        for (Span span : spans) {
            treatment += span.phase() == phase ? span.treatment().count() : 0;
            control += span.phase() == phase ? span.control().count() : 0;
        }
        return treatment + control == 0 ? 0 : (double) treatment / (treatment + control);
    }

    /**
     * Evidence against "treatment fails at most so often as control did before, and by the limit more", of the phases in which
     * treatment has all requests. Where pairs show that control fails more often than before, as in an outage, that counts.
     *
     * @param past the most often that control may have failed before
     */
    EValue abovePast(double past, double limit) {
        Proportion treatment = Proportion.NONE;
        Proportion control = Proportion.NONE;
        double[] logs = new double[spans.size()];
        for (int place = spans.size() - 1; place >= 0; place--) {
            Span span = spans.get(place);
            if (phases.get(span.phase()).phase().full()) {
                treatment = treatment.plus(span.treatment());
                control = control.plus(span.control());
            }
            // a few pairs without a failure do not show that control fails rarely
            double now = control.count() == 0 ? past : (control.successes() + 1.0) / control.count();
            double rate = Math.max(past, now) + limit;
            logs[place] = rate > 0 && rate < 1
                    ? new RateBet(Hypothesis.AT_MOST, rate, 0.5, 49.5)
                            .eValue(treatment)
                            .log()
                    : 0;
        }
        return Restarts.of(weights(), logs);
    }

    /** Control's failures while it was beside treatment. */
    Proportion controlsPast() {
        Proportion past = Proportion.NONE;
        for (FailureCounts counts : phases) {
            past = counts.phase().full() ? past : past.plus(counts.control());
        }
        return past;
    }
}
