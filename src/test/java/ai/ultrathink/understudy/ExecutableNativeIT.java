package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The native executable by itself, without the script that the other tests of the packaged service start it by. */
class ExecutableNativeIT {

    @TempDir
    Path directory = Path.of("");

    @Test
    void it_finds_libtorch_beside_itself_wherever_it_is_started() throws IOException {
        Path executable = Path.of(System.getenv("UNDERSTUDY_EXECUTABLE")).toAbsolutePath();
        Map<String, String> environment = Map.of(
                "UNDERSTUDY_MODELS_DIR", Path.of("models").toAbsolutePath().toString());
        String start = "cd " + directory
                + "; exec env -u PYTORCH_LIBRARY_PATH -u OMP_NUM_THREADS -u MKL_CBWR -u OPT_OUT_TRACKING " + executable;

        try (ServiceProcess service =
                ServiceProcess.start(directory, environment, "sh", "-c", start).awaitReady()) {
            assertEquals(
                    200,
                    service.send("POST", Service.PREDICT, Service.request().encode())
                            .statusCode());
            assertEquals(0, service.terminate());
        }
    }
}
