package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.journal.Journal;
import ai.ultrathink.understudy.storage.db.DatabaseAwayException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/**
 * Waits for the journal while waiting makes sense: the database answers and accepts rows. The row of a shadow may wait
 * for its treatment, which alone may take as long as the longest deadline.
 */
final class FlushWait {

    private static final Duration EVERY = Duration.ofSeconds(1);

    /** Number of checks: together longer than the time between attempts to store a batch. */
    private static final int STUCK_LOOKS = 6;

    private static final Duration LONGEST = Duration.ofSeconds(90);

    private FlushWait() {}

    /** Whether all results recorded so far are stored; false if the database does not accept them at present. */
    static Uni<Boolean> flush(Journal journal, CatalogFollower experiments, String testId) {
        return Uni.combine()
                .any()
                .of(journal.flush().replaceWith(true), hopeless(journal, experiments, testId))
                .ifNoItem()
                .after(LONGEST)
                .recoverWithItem(false);
    }

    /** Ends with false when waiting no longer makes sense. */
    private static Uni<Boolean> hopeless(Journal journal, CatalogFollower experiments, String testId) {
        return Multi.createFrom()
                .ticks()
                .every(EVERY)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> answers(experiments, testId)
                        .map(answers ->
                                answers && !journal.stuck() ? Look.HOPEFUL : answers ? Look.STUCK : Look.HOPELESS))
                .onItem()
                .scan(() -> 0, (stuck, look) -> switch (look) {
                    case HOPEFUL -> 0;
                    case STUCK -> stuck + 1;
                    case HOPELESS -> STUCK_LOOKS;
                })
                .filter(stuck -> stuck >= STUCK_LOOKS)
                .toUni()
                .replaceWith(false);
    }

    private enum Look {
        HOPEFUL,
        STUCK,
        HOPELESS
    }

    private static Uni<Boolean> answers(CatalogFollower experiments, String testId) {
        return experiments
                .recorded(testId)
                .replaceWith(true)
                .onFailure(DatabaseAwayException.class)
                .recoverWithItem(false);
    }
}
