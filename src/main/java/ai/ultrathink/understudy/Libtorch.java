package ai.ultrathink.understudy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells DJL where libtorch lies and how to start it: system properties, which the engine reads when the first model is loaded. */
final class Libtorch {

    private static final String PLACE = "PYTORCH_LIBRARY_PATH";
    private static final String ARITHMETIC = "MKL_CBWR";

    private Libtorch() {}

    /** What somebody has set already stays. */
    static void configure() {
        if (System.getenv(PLACE) == null) {
            find().ifPresent(directory -> setDefault(PLACE, directory.toString()));
        }
        // what is not there is not to be downloaded, and nobody is told of the start
        setDefault("ai.djl.offline", "true");
        if (System.getenv("OPT_OUT_TRACKING") == null) {
            setDefault("OPT_OUT_TRACKING", "true");
        }
        // the workers are the parallelism
        setDefault("ai.djl.pytorch.num_interop_threads", "1");
    }

    /**
     * What to set before the next start, if anything. A running JVM cannot change its own environment, and MKL, which multiplies
     * libtorch's matrices, reads this nowhere else.
     */
    static Optional<String> advice(Map<String, String> environment) {
        String set = environment.get(ARITHMETIC);
        return set == null || set.isBlank()
                ? Optional.of(ARITHMETIC
                        + " is not set: on some processors models run in smaller batches, or row by row, so that"
                        + " an answer is the same bits alone and in company. Start with " + ARITHMETIC
                        + "=AUTO,STRICT in the environment, as scripts/run.sh and the images do")
                : Optional.empty();
    }

    /** It lies in a folder beside the native executable, or where the JVM was started, or where the build has put it. */
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
