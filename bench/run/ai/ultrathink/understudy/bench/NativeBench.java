package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.bench.Contender.Mode;
import ai.ultrathink.understudy.testkit.Directories;
import ai.ultrathink.understudy.testkit.Memory;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures the native executable beside the same service in the JVM, and writes docs/native.md.
 *
 * <p>Run it with {@code bench/native.sh}.
 */
final class NativeBench {

    private static final Path REPORT = Path.of("docs/native.md");
    private static final int STARTS = 8;

    private NativeBench() {}

    /**
     * Measures and writes.
     *
     * @param arguments the native executable, and the seconds that it took to build or nothing
     */
    public static void main(String[] arguments) {
        Measuring.andExit(() -> run(
                BenchSettings.of(System.getenv()),
                arguments[0],
                Stream.of(arguments).skip(1).findFirst().orElse("")));
    }

    private static void run(BenchSettings settings, String executable, String buildSeconds)
            throws IOException, SQLException, InterruptedException {
        Directories.delete(BenchSettings.DATA);
        Edition jvm = Edition.of("JVM", "");
        Edition compiled = Edition.of("native", executable);
        NativeReport report = new NativeReport();
        report.add("processor", Machine.processor());
        report.add("memory", Machine.memory());
        report.add("system", Machine.kernel());
        report.add("load average before the start", Machine.load());
        report.add("JVM", Machine.jdk());
        report.add("executable", executable(executable, buildSeconds));
        try (Postgres one = jvm.postgres();
                Postgres other = compiled.postgres()) {
            System.out.println("Starting each " + STARTS + " times");
            report.starts(jvm.starts(STARTS), compiled.starts(STARTS));
            System.out.println("Under load");
            UnderstudyContender inJvm = jvm.start();
            UnderstudyContender asExecutable = compiled.start();
            try (ServiceProcess first = inJvm.process();
                    ServiceProcess second = asExecutable.process()) {
                List<Saturation.Row> rows = new ArrayList<>();
                for (UnderstudyContender service : List.of(inJvm, asExecutable)) {
                    rows.add(Saturation.Row.of(service, Mode.NO_TEST, BenchReport.NO_TEST, Wrk.PREDICT));
                    rows.add(Saturation.Row.of(service, Mode.SHADOW, BenchReport.SHADOW, Wrk.PREDICT));
                }
                Saturation saturation = new Saturation(settings, rows);
                saturation.measure();
                report.load(saturation);
                report.memory(peakMegabytes(first), peakMegabytes(second));
                first.thaw();
                second.thaw();
            }
            report.add("PostgreSQL", one.version() + " and " + other.version() + ", fsync on");
        }
        report.add(
                "load",
                "`wrk -t1 -c%d -d%ds -s bench/wrk/predict.lua`, medians of %d interleaved rounds; the other is frozen"
                        .formatted(Wrk.CONNECTIONS, settings.seconds(), settings.rounds()));
        report.add("commit", Machine.commit());
        report.write(REPORT);
        Directories.delete(BenchSettings.DATA);
    }

    private static double peakMegabytes(ServiceProcess service) {
        return Memory.peak(service.process().toHandle()) / 1e6;
    }

    private static String executable(String file, String buildSeconds) throws IOException {
        return "%d MiB, built in %s"
                .formatted(
                        Files.size(Path.of(file)) >> 20, buildSeconds.isEmpty() ? "another run" : buildSeconds + " s");
    }
}
