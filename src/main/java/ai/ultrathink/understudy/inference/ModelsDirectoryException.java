package ai.ultrathink.understudy.inference;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The models directory itself cannot be read; the message says what to set. Loaded models continue to serve. */
public final class ModelsDirectoryException extends UncheckedIOException {

    private static final long serialVersionUID = 1L;

    ModelsDirectoryException(String message, IOException cause) {
        super(message, cause);
    }
}
