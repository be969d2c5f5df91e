package ai.ultrathink.understudy.inference.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The native library of ONNX Runtime, loaded with the first network that needs it. */
final class OnnxLibrary {

    private static final String PLACE = "onnxruntime.native.path";
    private static final String LIBTORCH = "PYTORCH_LIBRARY_PATH";
    private static final String FOLDER = "onnxruntime";

    private OnnxLibrary() {}

    /** @throws OnnxException if there is no library */
    static OrtEnvironment environment() {
        try {
            return Loaded.ENVIRONMENT;
        } catch (LinkageError e) {
            throw new OnnxException(
                    "ONNX Runtime cannot be loaded; its folder, " + FOLDER + ", lies beside libtorch", e);
        }
    }

    /** It lies beside libtorch, in a folder of its own, because DJL loads all that lies in libtorch's. */
    private static void find() {
        if (System.getProperty(PLACE) != null) {
            return;
        }
        String libtorch = System.getProperty(LIBTORCH, System.getenv(LIBTORCH));
        Stream.of(
                        libtorch == null ? Path.of(FOLDER) : Path.of(libtorch).resolveSibling(FOLDER),
                        Path.of("target", FOLDER))
                .map(Path::toAbsolutePath)
                .filter(Files::isDirectory)
                .findFirst()
                .ifPresent(folder -> System.setProperty(PLACE, folder.toString()));
    }

    private static final class Loaded {
        private static final OrtEnvironment ENVIRONMENT;

        static {
            find();
            ENVIRONMENT = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "understudy");
        }
    }
}
