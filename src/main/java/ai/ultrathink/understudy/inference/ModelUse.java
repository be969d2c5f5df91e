package ai.ultrathink.understudy.inference;

import java.util.Optional;

/** What the models are used for. */
public interface ModelUse {

    /** What needs a model's actions as they are, in words; empty if nothing does. */
    Optional<String> needsActions(String model);
}
