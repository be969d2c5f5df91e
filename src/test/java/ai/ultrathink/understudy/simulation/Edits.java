package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.Verdict;

/** A person edits the experiment every 2,000 requests, and always leaves its split at 50%. */
final class Edits implements Steering {

    private static final long EVERY = 2_000;
    private static final double SPLIT = 0.5;

    private long next = EVERY;

    @Override
    public Double start() {
        return SPLIT;
    }

    @Override
    public void steer(SimulatedTraffic traffic, EvaluationInput evidence, Verdict verdict) {
        if (traffic.requests() >= next) {
            traffic.edit(SPLIT);
            next += EVERY;
        }
    }
}
