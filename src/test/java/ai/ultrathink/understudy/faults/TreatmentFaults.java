package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A treatment that misbehaves while it serves. */
final class TreatmentFaults {

    private static final String TREATMENT = RemoteControlledModel.TREATMENT.model();
    private static final Misbehaviour THROWS = new Misbehaviour(
            "throws", "the model raises an error at every call", RemoteControlledModel.TREATMENT::throwsAtEveryCall);
    private static final Misbehaviour NAN = new Misbehaviour(
            "answers NaN", "the model's probabilities are NaN", RemoteControlledModel.TREATMENT::answersNan);
    private static final Misbehaviour SHAPE = new Misbehaviour(
            "has the wrong shape", "two numbers a row", RemoteControlledModel.TREATMENT::answersTwoNumbersARow);
    private static final Misbehaviour HANGS = new Misbehaviour(
            "hangs", "every call waits in the operating system", RemoteControlledModel.TREATMENT::hangs);
    private static final Misbehaviour LATE = new Misbehaviour(
            "is too late",
            "each pass burns about a second of processor time",
            () -> RemoteControlledModel.TREATMENT.burnsForEachPass(7));
    private static final Misbehaviour CHANGES = new Misbehaviour(
            "changes its answers",
            "the probabilities change places",
            RemoteControlledModel.TREATMENT::changesItsAnswers);

    private static final Duration WHILE = Duration.ofMillis(1500);
    private static final int PER_SECOND = 100;
    private static final int DEADLINE_MS = 1000;
    private static final Set<String> FALLBACKS =
            Set.of("treatment_error", "treatment_timeout", "treatment_rejected", "guard_open");

    private record Misbehaviour(String what, String how, Runnable order) {}

    /** The service that a fault is played with. */
    @FunctionalInterface
    private interface Replicas {
        ServiceReplica of(FaultContext context) throws IOException;
    }

    private TreatmentFaults() {}

    static List<Fault> all() {
        return List.of(
                shadow(THROWS).quickly(),
                split(THROWS).quickly(),
                shadow(NAN),
                split(NAN).quickly(),
                shadow(SHAPE),
                split(SHAPE).quickly(),
                shadow(HANGS).quickly(),
                split(HANGS).quickly(),
                shadow(LATE),
                split(LATE).quickly(),
                shadowInProcess(HANGS),
                splitInProcess(HANGS),
                splitInProcess(LATE),
                shadow(CHANGES).quickly(),
                someRows());
    }

    private static Fault shadow(Misbehaviour misbehaviour) {
        return shadow(misbehaviour, "", FaultContext::shared);
    }

    /** What a thread of the service costs that is inside the model. */
    private static Fault shadowInProcess(Misbehaviour misbehaviour) {
        return shadow(misbehaviour, ", in the process of the service", TreatmentFaults::inProcess);
    }

    private static ServiceReplica inProcess(FaultContext context) throws IOException {
        return context.replica("UNDERSTUDY_TREATMENT_RUNTIME", "in_process");
    }

    private static Fault shadow(Misbehaviour misbehaviour, String where, Replicas replicas) {
        return Fault.named("treatment " + misbehaviour.what + ", shadow" + where)
                .injected(misbehaviour.how)
                .promised("no prediction fails or waits; control's answers, bit for bit")
                .when(context -> {
                    ServiceReplica replica = replicas.of(context);
                    Health.awaitSound(replica, TREATMENT);
                    Ask ask = Ask.under(replica.shadow(CONTROL, TREATMENT), CONTROL);
                    misbehaviour.order.run();
                    Recording recording = context.load(replica, ask, PER_SECOND).lasting(WHILE);
                    return measured(
                                    "%,d predictions, %d failed, p99 %.1f ms",
                                    recording.size(), recording.failed(), recording.p99Millis())
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(recording.servedBy("treatment") == 0, "treatment answered")
                            .holds(replica.live(), "the replica is not live")
                            .verdict();
                });
    }

    private static Fault split(Misbehaviour misbehaviour) {
        return split(misbehaviour, "", FaultContext::shared);
    }

    private static Fault splitInProcess(Misbehaviour misbehaviour) {
        return split(misbehaviour, ", in the process of the service", TreatmentFaults::inProcess);
    }

    private static Fault split(Misbehaviour misbehaviour, String where, Replicas replicas) {
        return Fault.named("treatment " + misbehaviour.what + ", split" + where)
                .injected(misbehaviour.how)
                .promised(
                        "control answers within 1,000 ms (the treatment's deadline is 200 ms); the group stays treatment")
                .when(context -> {
                    ServiceReplica replica = replicas.of(context);
                    Health.awaitSound(replica, TREATMENT);
                    Ask ask = Ask.under(replica.split(CONTROL, TREATMENT, 1.0), CONTROL);
                    misbehaviour.order.run();
                    Recording recording = context.load(replica, ask, PER_SECOND).lasting(WHILE);
                    return measured(
                                    "%,d predictions, %d failed, longest %.0f ms (%s)",
                                    recording.size(),
                                    recording.failed(),
                                    recording.longestMillis(),
                                    recording.tally(TimedAnswer::fallback))
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(recording.servedBy("treatment") == 0, "treatment answered")
                            .holds(recording.longestMillis() < DEADLINE_MS, "that is not within %d ms", DEADLINE_MS)
                            .holds(
                                    recording.count(answer -> answer.group().equals("treatment")) == recording.size(),
                                    "groups are %s",
                                    recording.tally(TimedAnswer::group))
                            .holds(
                                    recording.count(answer -> FALLBACKS.contains(answer.fallback()))
                                            == recording.size(),
                                    "reasons are missing")
                            .verdict();
                });
    }

    private static Fault someRows() {
        return Fault.named("treatment throws at some rows, split")
                .injected("every eighth request raises an error in the model, for its whole batch")
                .promised("only those requests fall back, the others of their batch do not")
                .quickly()
                .when(context -> {
                    ServiceReplica replica = context.shared();
                    Ask ask = Ask.under(replica.split(CONTROL, "throws_later", 1.0), CONTROL);
                    // together, so that they share batches; few enough for the guard to stay closed
                    Recording recording = context.load(replica, ask, PER_SECOND).lasting(WHILE);
                    Recording sound = recording.only(answer -> !FixedQuestions.provokes(answer.number()));
                    Recording provoking = recording.only(answer -> FixedQuestions.provokes(answer.number()));
                    return measured(
                                    "%,d sound requests: %s; %,d that throw: %s",
                                    sound.size(),
                                    sound.tally(TimedAnswer::servedBy),
                                    provoking.size(),
                                    provoking.tally(TimedAnswer::fallback))
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(provoking.servedBy("treatment") == 0, "treatment answered what it throws at")
                            .holds(sound.servedBy("treatment") == sound.size(), "sound requests fell back")
                            .verdict();
                });
    }
}
