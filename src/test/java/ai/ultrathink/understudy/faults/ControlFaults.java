package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import java.time.Duration;
import java.util.List;

/** Control itself fails: nobody answers in its place. */
final class ControlFaults {

    private static final String CONTROL = RemoteControlledModel.CONTROL.model();
    private static final String TREATMENT = "constant_buy";
    private static final Duration WHILE = Duration.ofSeconds(2);
    private static final int PER_SECOND = 50;
    private static final int DEADLINE_MS = 1000;
    private static final Duration PROBED_WITHIN = Duration.ofSeconds(20);

    private ControlFaults() {}

    static List<Fault> all() {
        return List.of(
                fails(
                        "throws",
                        "control raises an error at every call",
                        RemoteControlledModel.CONTROL::throwsAtEveryCall),
                fails("answers NaN", "control's probabilities are NaN", RemoteControlledModel.CONTROL::answersNan),
                fails(
                        "hangs",
                        "every call of control waits in the operating system",
                        RemoteControlledModel.CONTROL::hangs),
                probed());
    }

    private static Fault fails(String what, String how, Runnable order) {
        return Fault.named("control " + what)
                .injected(how + "; a shadow, a split and another model are asked")
                .promised("503 within control's deadline, never the treatment's answer; other models answer as before")
                .quickly()
                .when(context -> {
                    ServiceReplica replica = context.shared();
                    Load shadow;
                    Load split;
                    Load other;
                    String shadowed = replica.shadow(CONTROL, TREATMENT);
                    String divided = replica.split(CONTROL, TREATMENT, 0.5);
                    order.run();
                    shadow = context.load(replica, Ask.under(shadowed, CONTROL), PER_SECOND);
                    split = context.load(replica, Ask.under(divided, CONTROL), PER_SECOND);
                    other = context.load(replica, Ask.plain(FaultEnvironment.CONTROL), PER_SECOND);
                    Thread.sleep(WHILE);
                    Recording unanswered = shadow.stop();
                    Recording half = split.stop();
                    Recording others = other.stop();
                    RemoteControlledModel.CONTROL.behaves();
                    double longest = Math.max(unanswered.longestMillis(), half.longestMillis());
                    return measured(
                                    "shadow: %s; split: %s, answers by %s; longest %.0f ms; the other model's p99 %.1f ms",
                                    unanswered.tally(TimedAnswer::status),
                                    half.tally(TimedAnswer::status),
                                    half.only(TimedAnswer::ok).tally(TimedAnswer::servedBy),
                                    longest,
                                    others.p99Millis())
                            .holds(
                                    unanswered.count(answer -> answer.status() == 503) == unanswered.size(),
                                    "not all in shadow are 503")
                            .holds(
                                    half.count(answer -> answer.status() == 503
                                                    || answer.servedBy().equals("treatment"))
                                            == half.size(),
                                    "the split has other answers")
                            .holds(
                                    half.count(answer -> answer.servedBy().equals("treatment")
                                                    && !answer.group().equals("treatment"))
                                            == 0,
                                    "treatment answered for control")
                            .holds(others.failed() == 0, "the other model failed: %s", others.firstFailure())
                            .holds(longest < DEADLINE_MS + 200, "that is later than the deadline of %d ms", DEADLINE_MS)
                            .verdict();
                });
    }

    private static int status(ServiceReplica replica) {
        return replica.ask(Ask.plain(CONTROL), 0).status();
    }

    private static Fault probed() {
        return Fault.named("control's probe fails")
                .injected("control gives other answers in a valid form")
                .promised(
                        "503 within 20 s, other models answer, the replica stays ready; repaired, answers within 20 s")
                .when(context -> {
                    ServiceReplica replica = context.replica();
                    replica.shadow(CONTROL, TREATMENT);
                    Load other = context.load(replica, Ask.plain(FaultEnvironment.CONTROL), PER_SECOND);
                    RemoteControlledModel.CONTROL.changesItsAnswers();
                    long refused = ServiceReplica.millisUntil(PROBED_WITHIN, () -> status(replica) == 503);
                    boolean ready = replica.ready() && replica.live();
                    RemoteControlledModel.CONTROL.behaves();
                    long answered = ServiceReplica.millisUntil(PROBED_WITHIN, () -> status(replica) == 200);
                    Recording others = other.stop();
                    return measured(
                                    "503 after %.1f s, answered again after %.1f s; %d requests to another model",
                                    refused / 1e3, answered / 1e3, others.size())
                            .holds(refused >= 0, "its wrong answers go on")
                            .holds(answered >= 0, "it does not answer again")
                            .holds(others.failed() == 0, "the other model failed: %s", others.firstFailure())
                            .holds(ready, "it was not live and ready")
                            .verdict();
                });
    }
}
