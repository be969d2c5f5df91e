package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.worker.WorkerEnd;
import ai.ultrathink.understudy.inference.worker.WorkerLife;
import ai.ultrathink.understudy.inference.worker.WorkerReply;
import ai.ultrathink.understudy.inference.worker.WorkerRequest;
import ai.ultrathink.understudy.outcome.Outcome;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The passes that are under way. A pass ends once: by its reply, or by the end of its worker. A worker runs passes in the order in
 * which they were sent, so at its end the oldest ones were those that it was running.
 */
final class WorkerPasses implements WorkerSupervisor.Replies {

    private final WorkerVersions versions;
    private final WorkerDeaths deaths;
    private final WorkerMeters meters;
    private final int threads;
    private final TimeSource time;
    private final Map<Long, WorkerPass> underWay = new ConcurrentSkipListMap<>();
    private volatile long heardNanos;
    private volatile Consumer<WorkerTurn> goOn = turn -> {};

    /** @param threads how many passes the worker runs at a time */
    WorkerPasses(WorkerVersions versions, WorkerDeaths deaths, WorkerMeters meters, int threads, TimeSource time) {
        this.versions = versions;
        this.deaths = deaths;
        this.meters = meters;
        this.threads = threads;
        this.time = time;
        this.heardNanos = time.nanoTime();
    }

    /** @param next called when a pass has ended, on the thread that reads from the worker */
    void whenEnded(Consumer<WorkerTurn> next) {
        goOn = next;
    }

    /** Whether another pass may be sent: as many as the worker runs. What waits, waits here, and no pass is charged with it. */
    boolean mayStart() {
        return underWay.size() < threads;
    }

    /** When a worker last replied, or began to serve. */
    long heardNanos() {
        return heardNanos;
    }

    @Override
    public void begun() {
        heardNanos = time.nanoTime();
    }

    /** The oldest pass, or null if there is none. */
    @Nullable WorkerPass oldest() {
        for (WorkerPass pass : underWay.values()) {
            return pass;
        }
        return null;
    }

    void send(WorkerPass pass, int rows, int columns, FloatBuffer values) {
        long sequence = versions.nextSequence();
        int handle = pass.turn().copy().handle();
        underWay.put(sequence, pass);
        try {
            pass.life().send(new WorkerRequest.Pass(sequence, handle, rows, columns, values));
        } catch (RuntimeException | Error e) {
            underWay.remove(sequence);
            throw e;
        }
        WorkerEnd end = pass.life().ended();
        if (end != null && underWay.remove(sequence) != null) {
            // it had ended before the pass was registered
            fail(pass, end);
        }
    }

    void ping(WorkerLife life) {
        life.send(new WorkerRequest.Ping(versions.nextSequence()));
    }

    @Override
    public void replied(WorkerReply reply) {
        heardNanos = time.nanoTime();
        WorkerPass pass = underWay.remove(reply.sequence());
        if (pass == null) {
            return;
        }
        switch (reply) {
            case WorkerReply.Scores scores -> answer(pass, scores);
            case WorkerReply.Invalid invalid -> failed(pass, new Outcome.Invalid(invalid.detail()));
            case WorkerReply.Failed failed -> failed(pass, new Outcome.Failed(failed.detail()));
            default -> failed(pass, new Outcome.Failed("the worker replied to a pass with " + reply));
        }
        goOn.accept(pass.turn());
    }

    private void answer(WorkerPass pass, WorkerReply.Scores scores) {
        LoadedModel model = pass.turn().model();
        if (scores.values().remaining() < pass.calls().size() * model.actions().size()) {
            failed(pass, new Outcome.Failed("the worker replied with too few numbers"));
            return;
        }
        for (int row = 0; row < pass.calls().size(); row++) {
            PendingCall call = pass.calls().get(row);
            call.scored(scores.values(), row);
            pass.turn().answered(call, model.read(scores.values(), row, scores.nanos()));
            deaths.cleared(pass.turn().copy(), call.features());
        }
    }

    private void failed(WorkerPass pass, Outcome failure) {
        if (pass.calls().size() > 1) {
            pass.turn().retryAlone(pass.calls());
            return;
        }
        PendingCall call = pass.calls().getFirst();
        pass.turn().answered(call, failure);
        deaths.cleared(pass.turn().copy(), call.features());
    }

    @Override
    public void ended(WorkerLife life, WorkerEnd end) {
        List<WorkerPass> passes = new ArrayList<>();
        for (Map.Entry<Long, WorkerPass> entry : List.copyOf(underWay.entrySet())) {
            WorkerPass pass = entry.getValue();
            if (pass.life().equals(life) && underWay.remove(entry.getKey()) != null) {
                passes.add(pass);
                fail(pass, end);
            }
        }
        // callers do not wait for the audit trail
        passes.forEach(pass -> blame(pass, end));
    }

    private void blame(WorkerPass pass, WorkerEnd end) {
        // a version that does not load is no fault of those that answer
        if (end.kind().equals(WorkerEnd.STOPPED) || end.kind().equals(WorkerEnd.LOADING)) {
            return;
        }
        WorkerCopy copy = pass.turn().copy();
        // the golden question comes again and again: it would be in flight at two deaths by chance
        float[] golden = pass.turn().model().card().golden().inputArray();
        List<Features> rows = pass.calls().stream()
                .map(PendingCall::features)
                .filter(features -> !Arrays.equals(golden, values(features)))
                .toList();
        deaths.died(copy, rows, end.detail(), time.nanoTime());
    }

    private static float[] values(Features features) {
        float[] values = new float[features.size()];
        features.copyTo(values, 0);
        return values;
    }

    private void fail(WorkerPass pass, WorkerEnd end) {
        int failed = pass.turn().fail(new Outcome.Failed("the worker of the treatments ended: " + end.detail()));
        meters.failed(pass.turn().model().version().name(), "died", failed);
        goOn.accept(pass.turn());
    }
}
