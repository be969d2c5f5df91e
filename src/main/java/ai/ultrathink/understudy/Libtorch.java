package ai.ultrathink.understudy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Sets the system properties for DJL's engine, such as the location of libtorch, before the first model is loaded. */
final class Libtorch {

    private static final String PLACE = "PYTORCH_LIBRARY_PATH";
    private static final String ARITHMETIC = "MKL_CBWR";

    private Libtorch() {}

    /** Sets the properties; values that are already set are kept. */
    static void configure() {
        if (System.getenv(PLACE) == null) {
            find().ifPresent(directory -> setDefault(PLACE, directory.toString()));
        }
        // no downloads, and no usage tracking
        setDefault("ai.djl.offline", "true");
        if (System.getenv("OPT_OUT_TRACKING") == null) {
            setDefault("OPT_OUT_TRACKING", "true");
        }
        // the workers already run in parallel
        setDefault("ai.djl.pytorch.num_interop_threads", "1");
    }

    /**
     * A hint about an environment variable to set before the next start, if any. A running JVM cannot change its own
     * environment, and MKL, libtorch's matrix library, reads the variable only there.
     */
    static Optional<String> advice(Map<String, String> environment) {
        String set = environment.get(ARITHMETIC);
        return set == null || set.isBlank()
                ? Optional.of(ARITHMETIC
                        + " is not set: on some processors models run in smaller batches, or row by row, so that"
                        + " an answer has the same bits alone and in a batch. Start with " + ARITHMETIC
                        + "=AUTO,STRICT in the environment, as scripts/run.sh and the images do")
                : Optional.empty();
    }

    /** Finds libtorch next to the native executable, in the working directory, or in the build directory. */
    private static Optional<Path> find() {
        return Stream.of(besideExecutable(), Path.of("libtorch"), Path.of("target", "libtorch"))
                .map(Path::toAbsolutePath)
                .filter(Files::isDirectory)
                .findFirst();
    }

    private static Path besideExecutable() {
        return ProcessHandle.current()
                .info()
                .command()
                .map(Path::of)
                .map(Path::getParent)
                .orElse(Path.of(""))
                .resolve("libtorch");
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
