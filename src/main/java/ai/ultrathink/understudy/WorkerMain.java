package ai.ultrathink.understudy;

import ai.ultrathink.understudy.inference.TreatmentWorker;
import ai.ultrathink.understudy.inference.TreatmentWorkerCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The other main of this artefact: the process in which a service runs its treatments. */
final class WorkerMain {

    /** The first argument of the worker; the socket and the number of threads follow. */
    private static final String COMMAND = "treatment-worker";

    private static final String LIBTORCH = "PYTORCH_LIBRARY_PATH";
    private static final Path OUT_OF_MEMORY_SCORE = Path.of("/proc/self/oom_score_adj");
    private static final int MORE_LIKELY = 500;
    private static final int MOST_LIKELY = 1_000;

    /**
     * Control's threads come first wherever both want a processor. Not more: with 4, latencies of treatment depend on each other so much on
     * saturated processors that no limit on them can be shown to be kept.
     */
    private static final int NICE = 2;

    /** Of a thread of the JVM, for the same. */
    private static final int PRIORITY = Thread.NORM_PRIORITY - NICE;

    /**
     * Quick to start rather than quick in the long run: the work is done by libtorch. Priorities of threads count, also without the
     * rights of root: without them they can only be lowered, of which the JVM would warn.
     */
    private static final List<String> JVM = List.of(
            "-Xms16m",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:+ErrorFileToStdout",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:ThreadPriorityPolicy=1",
            "-XX:CompilerThreadPriority=" + NICE,
            "-XX:VMThreadPriority=" + NICE,
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-PrintWarnings",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager");

    private WorkerMain() {}

    static boolean asked(String... args) {
        return args.length == 3 && args[0].equals(COMMAND);
    }

    /** Serves, and ends the process: at once, because libtorch must not be unloaded while a thread is inside. */
    static void run(String... args) {
        int code = 1;
        try {
            letControlComeFirst();
            Thread.ofPlatform().name("parent").daemon().start(WorkerMain::endWithParent);
            endWithParentAlone();
            comeFirstWhenMemoryEnds();
            Libtorch.configure();
            TreatmentWorker.serve(Path.of(args[1]), Integer.parseInt(args[2]), SystemBeans.systemTime());
            code = 0;
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            System.err.println("the worker does not start: " + e);
        }
        Runtime.getRuntime().halt(code);
    }

    /** For this thread and those that it starts. Nothing relies on it. */
    @SuppressWarnings("ThreadPriorityCheck")
    private static void letControlComeFirst() {
        if (NativeProcess.here()) {
            if (!NativeProcess.lowerPriority(NICE)) {
                System.err.println("the worker runs at the priority of the service");
            }
        } else {
            Thread.currentThread().setPriority(PRIORITY);
        }
    }

    /** The service holds the other end of the standard input and never writes. It closes when the service ends in any way. */
    private static void endWithParent() {
        if (NativeProcess.here() && !NativeProcess.endWithParent()) {
            System.err.println("the worker, if it is stopped, does not end with the service");
        }
        try {
            while (System.in.read() >= 0) {
                // nothing is expected
            }
        } catch (IOException e) {
            System.err.println("the worker ends: " + e.getMessage());
        }
        Runtime.getRuntime().halt(0);
    }

    /**
     * Signals that ask for an end, such as that of Ctrl-C, reach all processes of a terminal or of a control group. The service
     * answers requests for a while then and needs its worker. The JVM ends when all its hooks have ended, and this one does not.
     */
    private static void endWithParentAlone() {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("until-killed").unstarted(() -> {
                    while (true) {
                        LockSupport.park();
                    }
                }));
    }

    /** When the machine has no memory left, the kernel takes the process with the highest score. */
    private static void comeFirstWhenMemoryEnds() {
        try {
            int score = Integer.parseInt(Files.readString(OUT_OF_MEMORY_SCORE).strip());
            Files.writeString(OUT_OF_MEMORY_SCORE, Integer.toString(Math.min(MOST_LIKELY, score + MORE_LIKELY)));
        } catch (IOException | NumberFormatException e) {
            System.err.println("the worker runs without a higher oom_score_adj: " + e.getMessage());
        }
    }

    /** The command that starts a worker of the artefact that runs now. */
    static TreatmentWorkerCommand command() {
        List<String> words = new ArrayList<>();
        String program = ProcessHandle.current().info().command().orElse("java");
        words.add(program);
        if (NativeProcess.here()) {
            words.addAll(List.of("-Xmx256m", COMMAND));
            return new TreatmentWorkerCommand(words);
        }
        words.addAll(JVM);
        String libtorch = System.getProperty(LIBTORCH);
        if (libtorch != null) {
            words.add("-D" + LIBTORCH + "=" + libtorch);
        }
        String classPath = System.getProperty("java.class.path", "");
        if (classPath.endsWith("quarkus-run.jar")) {
            words.addAll(List.of("-jar", classPath));
        } else {
            words.addAll(List.of("-cp", classPath, Understudy.class.getName()));
        }
        words.add(COMMAND);
        return new TreatmentWorkerCommand(words);
    }
}
