package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.remote.InferCall;
import ai.ultrathink.understudy.inference.remote.InferReply;
import ai.ultrathink.understudy.inference.remote.RemoteException;
import ai.ultrathink.understudy.outcome.Outcome;
import io.vertx.core.AsyncResult;
import java.nio.FloatBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Serves both queues of one version of a model by a server on another machine. A batch has to travel, so several passes are under way at a
 * time: requests go out at once while there is a place, and what arrives meanwhile becomes the next batch.
 *
 * <p>All this happens on the event loop of the server's client. Control comes first, and treatments never use the last place.
 */
final class RemoteArm implements QueueServer {

    private static final Logger LOG = Logger.getLogger(RemoteArm.class);

    private final RemoteServer server;
    private final int mostRows;
    private final int places;
    private final RemoteMeters meters;
    private final TimeSource time;
    private final String ids;

    // used on the event loop alone, as all below
    private final Deque<RoleQueue> controls = new ArrayDeque<>();
    private final Deque<RoleQueue> treatments = new ArrayDeque<>();
    private final Deque<RemotePass> alone = new ArrayDeque<>();
    private final BatchRows rows = new BatchRows();
    private int underWay;
    private long sequence;

    /**
     * @param server what answers
     * @param mostRows the largest batch
     * @param places how many passes may be under way, at least 2
     */
    RemoteArm(RemoteServer server, int mostRows, int places, RemoteMeters meters, TimeSource time) {
        this.server = server;
        this.mostRows = mostRows;
        this.places = places;
        this.meters = meters;
        this.time = time;
        this.ids =
                "u-" + Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, time.now()), Character.MAX_RADIX) + "-";
    }

    /** The server; probes ask it what it says of the model. */
    RemoteServer server() {
        return server;
    }

    @Override
    public void wake(RoleQueue queue) {
        if (queue.schedule()) {
            server.run(() -> {
                ready(queue);
                serve();
            });
        }
    }

    private void ready(RoleQueue queue) {
        (queue.role() == Variant.CONTROL ? controls : treatments).add(queue);
    }

    private void serve() {
        while (mayStart(Variant.CONTROL)) {
            RemotePass again = nextAlone();
            if (again != null) {
                send(again);
                continue;
            }
            RoleQueue queue = controls.poll();
            if (queue == null && mayStart(Variant.TREATMENT)) {
                queue = treatments.poll();
            }
            if (queue == null) {
                return;
            }
            begin(queue);
        }
    }

    private boolean mayStart(Variant role) {
        return underWay < (role == Variant.CONTROL ? places : places - 1);
    }

    /** The next pass of a single row that may start; those that nothing waits for are over. */
    private @Nullable RemotePass nextAlone() {
        alone.removeIf(RemotePass::over);
        RemotePass next = alone.peek();
        return next != null && mayStart(next.role()) ? alone.poll() : null;
    }

    /** Takes a batch from a queue and sends it. */
    private void begin(RoleQueue queue) {
        LoadedModel model = queue.model().acquire();
        if (model != null && model.arm() != this) {
            model.release();
            leave(queue);
            return;
        }
        List<PendingCall> batch = new ArrayList<>();
        queue.take(batch, mostRows);
        if (model == null) {
            batch.forEach(call -> call.end(new Outcome.Rejected("the model was removed")));
        } else {
            int columns = model.card().inputSize();
            batch.removeIf(call -> BatchRows.refused(call, columns));
            if (batch.isEmpty()) {
                model.release();
            } else {
                send(pass(queue, model, batch));
            }
        }
        if (queue.hasWork()) {
            ready(queue);
        } else {
            leave(queue);
        }
    }

    /** Gives up a queue; if it has work, what serves the present version takes it. */
    private static void leave(RoleQueue queue) {
        queue.unschedule();
        if (queue.hasWork()) {
            queue.model().wake(queue);
        }
    }

    private RemotePass pass(RoleQueue queue, LoadedModel model, List<PendingCall> calls) {
        RemotePass[] made = new RemotePass[1];
        RunningPass running = queue.alsoRunning(calls, time.nanoTime(), () -> server.run(() -> unwanted(made[0])));
        made[0] = new RemotePass(queue, model, running);
        return made[0];
    }

    private void send(RemotePass pass) {
        underWay++;
        pass.takesPlace();
        long start = time.nanoTime();
        try {
            List<PendingCall> calls = pass.calls();
            int columns = pass.model().card().inputSize();
            FloatBuffer values = FloatBuffer.wrap(rows.gather(calls, columns, calls.size()), 0, calls.size() * columns);
            InferCall call = server.infer(ids + sequence++, values, calls.size(), pass.leftNanos(start));
            pass.sent(call);
            call.reply().onComplete(reply -> ended(pass, reply, time.nanoTime() - start));
        } catch (RuntimeException | Error e) {
            LOG.error("a batch could not be sent to a server; this is a bug, please report it", e);
            pass.fail(new Outcome.Failed("it could not be sent to the server: " + e));
            end(pass);
        }
    }

    /** Ends a pass for whose answer nothing waits. */
    private void unwanted(RemotePass pass) {
        InferCall call = pass.call();
        if (!pass.over() && call != null) {
            call.cancel(RemoteException.unwanted());
        }
        if (!pass.over()) {
            end(pass);
        }
    }

    private void ended(RemotePass pass, AsyncResult<InferReply> ended, long nanos) {
        if (pass.over()) {
            return;
        }
        int inTime = 0;
        try {
            if (ended.succeeded()) {
                inTime = answered(pass, ended.result(), nanos);
            } else if (ended.cause() instanceof RemoteException failure) {
                failed(pass, failure);
            } else {
                pass.fail(new Outcome.Failed(server.describe() + ": " + ended.cause()));
            }
        } catch (RuntimeException | Error e) {
            LOG.error("a server's answer could not be used; this is a bug, please report it", e);
            pass.fail(new Outcome.Failed("the server's answer could not be used: " + e));
        }
        // with all places in use, so many rows are answered in the time of one pass
        pass.queue().served(mostRows * places, nanos, inTime);
        end(pass);
    }

    private int answered(RemotePass pass, InferReply reply, long nanos) {
        String changed = server.otherVersion(reply);
        if (changed != null) {
            meters.failed("changed", pass.fail(new Outcome.Invalid(server.describe() + ": " + changed)));
            return 0;
        }
        meters.answered(nanos, reply.times());
        int inTime = 0;
        List<PendingCall> calls = pass.calls();
        for (int row = 0; row < calls.size(); row++) {
            calls.get(row).scored(reply.values(), row);
            Outcome outcome = pass.model().read(reply.values(), row, nanos);
            if (calls.get(row).end(outcome) && outcome instanceof Outcome.Answered) {
                inTime++;
            }
        }
        return inTime;
    }

    private void failed(RemotePass pass, RemoteException failure) {
        List<PendingCall> waiting =
                pass.calls().stream().filter(call -> !call.ended()).toList();
        if (failure.mayBeOneRow() && pass.calls().size() > 1) {
            // one row on which the model fails must not fail the others
            for (PendingCall call : waiting) {
                LoadedModel model = pass.model();
                if (model.acquire()) {
                    alone.add(pass(pass.queue(), model, List.of(call)));
                }
            }
            return;
        }
        // a pass that ran into its deadline has no call that waits
        int failed = pass.fail(server.outcome(failure));
        meters.failed(
                failure.fault().name().toLowerCase(Locale.ROOT),
                failure.fault() == RemoteException.Fault.TIMEOUT ? pass.calls().size() : failed);
    }

    private void end(RemotePass pass) {
        if (pass.hasPlace()) {
            underWay--;
        }
        pass.end();
        serve();
    }
}
