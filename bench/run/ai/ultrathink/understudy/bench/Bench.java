package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.bench.Contender.Mode;
import ai.ultrathink.understudy.testkit.Directories;
import ai.ultrathink.understudy.testkit.Memory;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Measures this service and, where there is a Python for it, the seed's own design beside it, and writes a report.
 *
 * <p>Run it with {@code make bench}.
 */
final class Bench {

    private final BenchSettings settings;
    private final Optional<Path> python;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private Bench(BenchSettings settings, Optional<Path> python) {
        this.settings = settings;
        this.python = python;
    }

    /**
     * Measures and writes.
     *
     * @param arguments the Python of an environment with bench/peer/requirements.txt, or nothing
     */
    public static void main(String[] arguments) {
        Measuring.andExit(() -> {
            Bench bench = new Bench(
                    BenchSettings.of(System.getenv()),
                    Stream.of(arguments).map(Path::of).findFirst());
            Runtime.getRuntime().addShutdownHook(new Thread(bench::close));
            bench.run();
        });
    }

    private void run() throws IOException, SQLException, InterruptedException {
        String load = Machine.load();
        Directories.delete(BenchSettings.DATA);
        System.out.println("Starting PostgreSQL, the service" + (python.isPresent() ? " and the peer" : ""));
        Postgres postgres = opened(Postgres.start(BenchSettings.DATA.toAbsolutePath()));
        UnderstudyContender service = UnderstudyContender.start(postgres);
        opened(service.process());
        List<Saturation.Row> rows = rows(service, postgres);
        Saturation saturation = new Saturation(settings, rows);
        System.out.println("At saturation");
        saturation.measure();
        System.out.println("Draining the journal");
        Drain.Result drained = new Drain(settings, service, postgres).measure();

        BenchReport report = new BenchReport(saturation, drained, Microbenchmarks.read(settings.microbenchmarks()));
        report.add("processor", Machine.processor());
        report.add("memory", Machine.memory());
        report.add("system", Machine.kernel());
        report.add("load average before the start", load);
        report.add("JDK", Machine.jdk());
        report.add("PostgreSQL", postgres.version() + ", the service's own, fsync on");
        report.add("libtorch", Machine.libtorch() + " through DJL");
        report.add("peer", python.isPresent() ? Machine.packages(python.get()) : "not measured: no Python for it");
        report.add("load generator", Machine.wrk());
        report.add("commit", Machine.commit());
        report.add(
                "service's resident memory at the end",
                Memory.resident(service.process().tree()) / (1 << 20) + " MiB");
        report.add("shadow rows with both answers", service.completeShadows() + " of " + service.rows(Mode.SHADOW));
        report.write(settings);
        close();
        Directories.delete(BenchSettings.DATA);
    }

    private List<Saturation.Row> rows(UnderstudyContender service, Postgres postgres)
            throws IOException, InterruptedException {
        List<Saturation.Row> rows = new ArrayList<>();
        rows.add(Saturation.Row.of(service, Mode.NO_TEST, BenchReport.EXPLAIN, Wrk.PREDICT + "/explain"));
        rows.add(Saturation.Row.of(service, Mode.NO_TEST, BenchReport.NO_TEST, Wrk.PREDICT));
        rows.add(Saturation.Row.of(service, Mode.SPLIT, BenchReport.SPLIT, Wrk.PREDICT));
        rows.add(Saturation.Row.of(service, Mode.SHADOW, BenchReport.SHADOW, Wrk.PREDICT));
        if (python.isPresent()) {
            for (int workers : List.of(1, 2)) {
                rows.add(Saturation.Row.of(
                        peer(workers, Mode.NO_TEST, postgres), Mode.NO_TEST, BenchReport.NO_TEST, Wrk.PREDICT));
            }
            rows.add(Saturation.Row.of(peer(1, Mode.SHADOW, postgres), Mode.SHADOW, BenchReport.SHADOW, Wrk.PREDICT));
        }
        return rows;
    }

    private Peer peer(int workers, Mode mode, Postgres postgres) throws IOException, InterruptedException {
        Peer peer = Peer.start(python.orElseThrow(), workers, mode, postgres);
        opened(peer.process());
        return peer;
    }

    private synchronized <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    /** Ends what was started, the last first: the service writes its last rows before PostgreSQL goes. */
    private synchronized void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                System.err.println("something did not end well: " + e.getMessage());
            }
        }
    }
}
