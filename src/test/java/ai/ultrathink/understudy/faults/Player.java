package ai.ultrathink.understudy.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Plays one fault after the other and judges them. */
final class Player implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofMinutes(4);

    private final Theatre theatre;

    Player(Theatre theatre) {
        this.theatre = theatre;
    }

    /** What became of a fault; one that cannot be played is broken. */
    Verdict play(Fault fault) {
        FutureTask<Verdict> playing = new FutureTask<>(() -> onStage(fault));
        Thread thread = Thread.ofPlatform().name(fault.name()).daemon().start(playing);
        try {
            return playing.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return new Verdict.Broken("could not be played: " + firstLine(Objects.requireNonNull(e.getCause())));
        } catch (TimeoutException e) {
            thread.interrupt();
            return new Verdict.Broken("not over after " + LONGEST.toMinutes() + " minutes");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Verdict onStage(Fault fault) throws Exception {
        try (Stage stage = new Stage(theatre)) {
            return compared(fault.body().play(stage), stage.compared());
        }
    }

    private static Verdict compared(Verdict verdict, Stage.Comparison answers) {
        if (verdict instanceof Verdict.Skipped || answers.compared() == 0) {
            return verdict;
        }
        if (answers.different() > 0) {
            return new Verdict.Broken("%s; but %,d of %,d answers by control are not what control answered before"
                    .formatted(verdict.words(), answers.different(), answers.compared()));
        }
        String words = "%s; %,d answers bit for bit control's".formatted(verdict.words(), answers.compared());
        return verdict instanceof Verdict.Held ? new Verdict.Held(words) : new Verdict.Broken(words);
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
        theatre.close();
    }
}
