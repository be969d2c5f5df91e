package ai.ultrathink.understudy.trial;

import io.smallrye.mutiny.Uni;
import java.util.function.Consumer;

/** How a test runs its two models for one request. */
interface Strategy {

    /**
     * Runs the models.
     *
     * @param observed is told, once, how the turn went, when all of it is known; that may be after the caller has its answer
     * @return what the caller gets, as soon as it is there; never fails
     */
    Uni<Performance> run(Turn turn, Consumer<Performance> observed);
}
