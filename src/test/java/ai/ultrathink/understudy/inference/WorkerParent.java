package ai.ultrathink.understudy.inference;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process to be killed that has a worker. It prints the worker's process id and waits. */
public final class WorkerParent {

    private WorkerParent() {}

    static Process start(Path models) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-DPYTORCH_LIBRARY_PATH="
                                + System.getProperty("PYTORCH_LIBRARY_PATH", System.getenv("PYTORCH_LIBRARY_PATH")),
                        "-Dai.djl.offline=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkerParent.class.getName(),
                        models.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] args) throws InterruptedException {
        WorkerFixture fixture = new WorkerFixture(Path.of(args[0]), new QuickTreatment());
        fixture.load();
        System.out.println(fixture.worker().pid());
        new CountDownLatch(1).await();
    }
}
