package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.worker.WorkerEnd;
import ai.ultrathink.understudy.inference.worker.WorkerLife;
import ai.ultrathink.understudy.inference.worker.WorkerReply;
import ai.ultrathink.understudy.inference.worker.WorkerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests to the worker whose senders wait for the reply: all but the passes. */
final class WorkerAnswers {

    private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();

    private record Waiting(WorkerLife life, CompletableFuture<WorkerReply> reply) {}

    /** The worker ended before it replied. */
    static final class EndedException extends IOException {
        private static final long serialVersionUID = 1L;

        private final WorkerEnd end;
        private final boolean tookTooLong;

        EndedException(WorkerEnd end) {
            this(end, false);
        }

        private EndedException(WorkerEnd end, boolean tookTooLong) {
            super(end.detail());
            this.end = end;
            this.tookTooLong = tookTooLong;
        }

        /** It was ended because this request took longer than allowed, and not because of another one. */
        static EndedException tookTooLong(WorkerEnd end) {
            return new EndedException(end, true);
        }

        boolean tookTooLong() {
            return tookTooLong;
        }

        WorkerEnd end() {
            return end;
        }
    }

    /**
     * Sends a request and waits for its reply.
     *
     * @throws EndedException if the worker ended first
     * @throws TimeoutException if it took longer than allowed
     */
    WorkerReply ask(WorkerLife life, WorkerRequest request, Duration within) throws IOException, TimeoutException {
        CompletableFuture<WorkerReply> reply = new CompletableFuture<>();
        waiting.put(request.sequence(), new Waiting(life, reply));
        life.send(request);
        WorkerEnd end = life.ended();
        if (end != null) {
            // it may have ended before the request was registered
            ended(life, end);
        }
        try {
            return reply.get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EndedException ended) {
                throw ended;
            }
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            waiting.remove(request.sequence());
        }
    }

    /** Whether a sender waits for this reply. */
    boolean replied(WorkerReply reply) {
        Waiting one = waiting.remove(reply.sequence());
        return one != null && one.reply.complete(reply);
    }

    void ended(WorkerLife life, WorkerEnd end) {
        for (Waiting one : waiting.values()) {
            if (one.life == life) {
                one.reply.completeExceptionally(new EndedException(end));
            }
        }
    }
}
