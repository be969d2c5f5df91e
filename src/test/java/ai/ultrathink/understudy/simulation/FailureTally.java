package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.simulation.SimulatedRow.Withheld;

/** Requests that a model failed, by crashing or by answering after treatment's deadline, whichever model it is. */
final class FailureTally {

    private final boolean shadow;
    private final int version;
    private final BlockTally blocks;
    private long control;
    private long treatment;
    private long controlOnly;
    private long treatmentOnly;
    private long both;
    private long errors;
    private long timeouts;
    private long guardOpen;
    private long paired;

    FailureTally(boolean shadow, int version, BlockTally blocks) {
        this.shadow = shadow;
        this.version = version;
        this.blocks = blocks;
    }

    void add(SimulatedRow row) {
        guardOpen += row.withheld(Withheld.GUARD_OPEN) ? 1 : 0;
        SimulatedPass ofControl = row.control();
        SimulatedPass ofTreatment = row.treatment();
        // while the guard is open, control's requests have nothing to be compared with
        if (ofControl != null && row.assigned() != Variant.TREATMENT && row.withheld() != Withheld.GUARD_OPEN) {
            own(Variant.CONTROL, row, ofControl);
        }
        if (ofTreatment != null && row.assigned() != Variant.CONTROL) {
            own(Variant.TREATMENT, row, ofTreatment);
            errors += ofTreatment.crashed() ? 1 : 0;
            timeouts += !ofTreatment.crashed() && ofTreatment.late() ? 1 : 0;
        }
        if (ofControl != null && ofTreatment != null) {
            if (row.assigned() == Variant.TREATMENT) {
                blocks.second(Variant.CONTROL, ofControl.failed());
            } else if (row.assigned() == Variant.CONTROL) {
                blocks.second(Variant.TREATMENT, ofTreatment.failed());
            }
            pair(row.unit(), ofControl.failed(), ofTreatment.failed());
        }
    }

    private void own(Variant arm, SimulatedRow row, SimulatedPass pass) {
        boolean failed = pass.failed();
        control += !shadow && failed && arm == Variant.CONTROL ? 1 : 0;
        treatment += !shadow && failed && arm == Variant.TREATMENT ? 1 : 0;
        blocks.request(arm, failed, failed && row.unit().firstFailure(arm, shadow, version));
    }

    private void pair(SimulatedUnit unit, boolean controlFailed, boolean treatmentFailed) {
        paired += shadow ? 0 : 1;
        both += controlFailed && treatmentFailed ? 1 : 0;
        controlOnly += controlFailed && !treatmentFailed ? 1 : 0;
        treatmentOnly += !controlFailed && treatmentFailed ? 1 : 0;
        if (controlFailed != treatmentFailed && unit.firstDiscordance(version)) {
            blocks.discordant(controlFailed ? Variant.CONTROL : Variant.TREATMENT);
        }
    }

    long paired() {
        return paired;
    }

    GenerationEvidence.Failures failures() {
        return new GenerationEvidence.Failures(
                control, treatment, controlOnly, treatmentOnly, both, errors, timeouts, 0, guardOpen, 0);
    }
}
