package ai.ultrathink.understudy.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Plays one fault after the other and judges them. */
final class FaultRunner implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofMinutes(Integer.getInteger("understudy.fault-minutes", 4));

    private final FaultEnvironment common;

    FaultRunner(FaultEnvironment common) {
        this.common = common;
    }

    /** What became of a fault; one that cannot be played is broken. */
    FaultVerdict play(Fault fault) {
        FutureTask<FaultVerdict> playing = new FutureTask<>(() -> inContext(fault));
        Thread thread = Thread.ofPlatform().name(fault.name()).daemon().start(playing);
        try {
            return playing.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return new FaultVerdict.Broken("could not be played: " + firstLine(Objects.requireNonNull(e.getCause())));
        } catch (TimeoutException e) {
            thread.interrupt();
            return new FaultVerdict.Broken("not over after " + LONGEST.toMinutes() + " minutes");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private FaultVerdict inContext(Fault fault) throws Exception {
        try (FaultContext context = new FaultContext(common)) {
            return compared(fault.body().play(context), context.compared());
        }
    }

    private static FaultVerdict compared(FaultVerdict verdict, FaultContext.Comparison answers) {
        if (verdict instanceof FaultVerdict.Skipped || answers.compared() == 0) {
            return verdict;
        }
        if (answers.different() > 0) {
            return new FaultVerdict.Broken("%s; but %,d of %,d answers by control are not what control answered before"
                    .formatted(verdict.words(), answers.different(), answers.compared()));
        }
        String words = "%s; %,d exact".formatted(verdict.words(), answers.compared());
        return verdict instanceof FaultVerdict.Held ? new FaultVerdict.Held(words) : new FaultVerdict.Broken(words);
    }

    private static String firstLine(Throwable failure) {
        String text = failure.toString();
        Throwable cause = failure.getCause();
        return (cause == null ? text : text + " (" + cause + ")")
                .lines()
                .findFirst()
                .orElse(text);
    }

    @Override
    public void close() throws IOException {
        common.close();
    }
}
