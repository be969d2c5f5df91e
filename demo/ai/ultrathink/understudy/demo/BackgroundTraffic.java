package ai.ultrathink.understudy.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Callers who ask on and on in the background, until they are told to stop or have asked everything. */
final class BackgroundTraffic implements AutoCloseable {

    /** What there is to ask. */
    interface Questions {

        /** The question of a number, from 0 on, or null when there are no more. */
        PredictionReplay.@Nullable Question number(long number);
    }

    private final Api api;
    private final Questions questions;
    private final long pauseNanos;
    private final ExecutorService callers;
    private final List<Future<?>> running = new ArrayList<>();
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private volatile boolean stopped;

    private BackgroundTraffic(Api api, Questions questions, int callers, long pauseNanos) {
        this.api = api;
        this.questions = questions;
        this.pauseNanos = pauseNanos;
        this.callers = Executors.newFixedThreadPool(
                callers, Thread.ofPlatform().daemon().name("caller-", 1).factory());
        for (int i = 0; i < callers; i++) {
            running.add(this.callers.submit(this::ask));
        }
    }

    /** As much as that many callers can ask. */
    static BackgroundTraffic dense(Api api, int callers, Questions questions) {
        return new BackgroundTraffic(api, questions, callers, 0);
    }

    /** One caller who takes a breath between questions. */
    static BackgroundTraffic calm(Api api, int aSecond, Questions questions) {
        return new BackgroundTraffic(api, questions, 1, 1_000_000_000L / aSecond);
    }

    long answered() {
        return answered.get();
    }

    /** Fails when a prediction has. */
    void requireSound() throws InterruptedException {
        for (Future<?> caller : running) {
            if (caller.isDone()) {
                PredictionReplay.resultOf(caller);
            }
        }
    }

    /** Lets each caller finish its question. */
    @Override
    public void close() {
        stopped = true;
        callers.shutdown();
        try {
            for (Future<?> caller : running) {
                PredictionReplay.resultOf(caller);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Void ask() throws Exception {
        for (PredictionReplay.Question question = more(); question != null; question = more()) {
            PredictionReplay.ask(api, question);
            answered.incrementAndGet();
            LockSupport.parkNanos(pauseNanos);
        }
        return null;
    }

    private PredictionReplay.@Nullable Question more() {
        return stopped ? null : questions.number(next.getAndIncrement());
    }
}
