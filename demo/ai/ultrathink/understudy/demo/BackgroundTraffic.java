package ai.ultrathink.understudy.demo;

import ai.ultrathink.understudy.testkit.ClosedLoop;
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
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final ClosedLoop callers;

    private BackgroundTraffic(Api api, Questions questions, int callers, long pauseNanos) {
        this.api = api;
        this.questions = questions;
        this.pauseNanos = pauseNanos;
        this.callers = ClosedLoop.start(callers, (caller, number) -> ask());
    }

    /** As much as that many callers can ask. */
    static BackgroundTraffic dense(Api api, int callers, Questions questions) {
        return new BackgroundTraffic(api, questions, callers, 0);
    }

    /** One caller who takes a breath between questions. */
    static BackgroundTraffic calm(Api api, int aSecond, Questions questions) {
        return new BackgroundTraffic(api, questions, 1, 1_000_000_000L / aSecond);
    }

    private boolean ask() throws Exception {
        PredictionReplay.Question question = questions.number(next.getAndIncrement());
        if (question == null) {
            return false;
        }
        PredictionReplay.ask(api, question);
        answered.incrementAndGet();
        LockSupport.parkNanos(pauseNanos);
        return true;
    }

    long answered() {
        return answered.get();
    }

    /** Fails when a prediction has. */
    void requireSound() {
        PredictionReplay.requireSound(callers);
    }

    /** Lets each caller finish its question, and fails when a prediction has. */
    @Override
    public void close() {
        callers.close();
        requireSound();
    }
}
