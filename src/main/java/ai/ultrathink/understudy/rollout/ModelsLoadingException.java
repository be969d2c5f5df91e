package ai.ultrathink.understudy.rollout;

/** The models directory is being read for the first time: which models there are is not known yet. */
public final class ModelsLoadingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ModelsLoadingException() {
        super("the models are still being loaded");
    }
}
