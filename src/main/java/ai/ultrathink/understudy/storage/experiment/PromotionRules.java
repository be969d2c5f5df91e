package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.experiment.Experiment;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rules for promotions and for taking them back, given those in force. Promotions are by the name asked for. */
final class PromotionRules {

    private PromotionRules() {}

    /** Whether the promotion in force came from this experiment. */
    static boolean promoted(Experiment experiment, Map<String, Promotion> promotions) {
        Promotion inForce = promotions.get(experiment.controlModel());
        return inForce != null && inForce.testId().equals(experiment.testId());
    }

    /**
     * Why a treatment may not be promoted, if so.
     *
     * @param rivals other running experiments that the promotion would spoil, separated by commas; may be empty
     */
    static Optional<String> refusal(Experiment experiment, Map<String, Promotion> promotions, String rivals) {
        String control = experiment.controlModel();
        String treatment = experiment.treatmentModel();
        if (!experiment.symbols().all()) {
            return Optional.of(
                    "test " + experiment.testId() + " is for some symbols only, and a promotion counts for all;"
                            + " test the model on all of them first, with PUT /api/v1/ab-test/" + experiment.testId()
                            + "/symbols");
        }
        Promotion inForce = promotions.get(control);
        if (inForce != null && inForce.serves().equals(treatment)) {
            return Optional.of("model " + treatment + " already answers for " + control + ", since test "
                    + inForce.testId() + " was promoted; nothing is left to promote");
        }
        Promotion other = promotions.get(treatment);
        if (other != null && leadsBack(other, control, promotions)) {
            return Optional.of("model " + treatment + " does not answer for its own name: test " + other.testId()
                    + " promoted " + other.serves() + " for it, and with this promotion the names would go in a circle,"
                    + " back to " + control + "; take that one back first, with DELETE /api/v1/ab-test/"
                    + other.testId() + "/promote");
        }
        return rivals.isEmpty()
                ? Optional.empty()
                : Optional.of("running tests would compare " + treatment
                        + " with itself from then on, or are A/A tests of " + control + " and would compare it with "
                        + treatment + ": " + rivals + "; disable them first");
    }

    /** Whether a chain of promotions leads from one name to another. */
    private static boolean leadsBack(Promotion first, String to, Map<String, Promotion> promotions) {
        Set<String> seen = new HashSet<>();
        Promotion at = first;
        while (at != null && seen.add(at.model())) {
            if (at.serves().equals(to)) {
                return true;
            }
            at = promotions.get(at.serves());
        }
        return false;
    }

    /**
     * Why an experiment has no promotion to take back; empty if it was already taken back.
     *
     * @param lastAct what was done last about its promotion: it was promoted or taken back, if anything was done
     */
    static Optional<String> nothingToTakeBack(
            Experiment experiment, Map<String, Promotion> promotions, Optional<AuditAction> lastAct) {
        String control = experiment.controlModel();
        Promotion inForce = promotions.get(control);
        if (inForce != null) {
            return Optional.of("the promotion in force for model " + control + " is that of test " + inForce.testId()
                    + ", by which " + inForce.serves() + " answers, not that of test " + experiment.testId()
                    + "; take it back with DELETE /api/v1/ab-test/" + inForce.testId() + "/promote");
        }
        if (lastAct.isEmpty()) {
            return Optional.of("test " + experiment.testId() + " has not been promoted: model " + control
                    + " answers for its own name; GET /api/v1/promotions lists what is promoted");
        }
        return lastAct.get() == AuditAction.PROMOTION_REVERTED
                ? Optional.empty()
                : Optional.of("the promotion of test " + experiment.testId()
                        + " was replaced by another, which has been taken back: model " + control
                        + " answers for its own name, and nothing is left to take back");
    }
}
