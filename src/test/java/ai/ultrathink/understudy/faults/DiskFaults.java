package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A disk that is full, or a journal without a place: predictions go on, and what is not kept is counted. */
final class DiskFaults {

    private static final String TREATMENT = "bull_specialist_v2";
    private static final int PER_SECOND = 400;
    private static final Duration STORED_WITHIN = Duration.ofSeconds(30);
    private static final int BLOCK = 64 * 1024;

    private DiskFaults() {}

    static List<Fault> all() {
        return List.of(
                Fault.named("the disk is full")
                        .injected("a data directory of 24 MiB (tmpfs), filled completely while the database is silent")
                        .promised(
                                "no prediction fails; answered = stored + counted as refused; it continues when there is room")
                        .when(DiskFaults::diskFull),
                Fault.named("the journal is full")
                        .injected("a journal of 512 KiB with the database silent")
                        .promised("no prediction fails; answered = stored + counted as refused")
                        .when(context ->
                                accounted(context, context.proxy(), null, "UNDERSTUDY_JOURNAL_MAX_SIZE", "512K")),
                Fault.named("the journal's directory is deleted")
                        .injected("rm -r under load with the database silent, segments of 256 KiB")
                        .promised("no prediction fails, understudy_journal_degraded is 1, every loss is counted")
                        .when(DiskFaults::deleted),
                Fault.named("the data directory is read-only at the start")
                        .injected("a tmpfs that is mounted read-only")
                        .promised("the start is refused with one line that names the variable")
                        .when(DiskFaults::readOnly));
    }

    private static FaultVerdict diskFull(FaultContext context) throws Exception {
        Path disk = context.directory();
        if (!mount(context, disk, "size=24m")) {
            return new FaultVerdict.Skipped("this user may not mount a tmpfs");
        }
        return accounted(
                context,
                context.proxy(),
                disk.resolve("ballast"),
                "UNDERSTUDY_DATA_DIR",
                disk.toAbsolutePath().toString(),
                "UNDERSTUDY_JOURNAL_MIN_FREE",
                "0");
    }

    /**
     * Loads a service that cannot write to the database, then lets it, and goes through the books.
     *
     * @param ballast a file that fills its disk meanwhile, or null
     */
    private static FaultVerdict accounted(FaultContext context, Proxy proxy, @Nullable Path ballast, String... settings)
            throws Exception {
        ServiceReplica replica = replica(context, proxy, settings);
        String testId = replica.split(CONTROL, TREATMENT, 0.5);
        Load load = context.load(replica, Ask.under(testId, CONTROL), PER_SECOND);
        Thread.sleep(Duration.ofSeconds(1));
        proxy.silence();
        if (ballast != null) {
            fill(ballast);
        }
        Thread.sleep(Duration.ofSeconds(12));
        if (ballast != null) {
            Files.delete(ballast);
        }
        proxy.speak();
        Recording recording = load.lasting(Duration.ofSeconds(4));
        FaultVerdict books = books(context, replica, testId, recording, "");
        boolean overflowed = replica.metric("understudy_journal_refused_total", "test=\"" + testId + "\"") > 0;
        return overflowed
                ? books
                : new FaultVerdict.Broken(books.words() + "; but nothing was refused: there was room");
    }

    private static FaultVerdict books(
            FaultContext context, ServiceReplica replica, String testId, Recording recording, String more)
            throws Exception {
        double refused = replica.metric("understudy_journal_refused_total", "test=\"" + testId + "\"");
        StoredRows[] rows = {StoredRows.of(context.database(), testId)};
        ServiceReplica.millisUntil(STORED_WITHIN, () -> {
            rows[0] = StoredRows.of(context.database(), testId);
            return rows[0].missing(recording) <= refused;
        });
        long missing = rows[0].missing(recording);
        return measured(
                        "%,d predictions, %d failed, p99 %.1f ms; %d not stored, %.0f counted as refused, %d doubled%s",
                        recording.size(),
                        recording.failed(),
                        recording.p99Millis(),
                        missing,
                        refused,
                        rows[0].doubled(),
                        more)
                .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                .holds(missing == Math.round(refused), "the two should be equal")
                .holds(rows[0].doubled() == 0, "rows are doubled")
                .verdict();
    }

    private static FaultVerdict deleted(FaultContext context) throws Exception {
        Proxy proxy = context.proxy();
        ServiceReplica replica = replica(context, proxy);
        String testId = replica.split(CONTROL, TREATMENT, 0.5);
        Load load = context.load(replica, Ask.under(testId, CONTROL), PER_SECOND);
        Thread.sleep(Duration.ofSeconds(1));
        proxy.silence();
        delete(replica.launch().directory().resolve("data").resolve("journal"));
        long noticed = ServiceReplica.millisUntil(
                Duration.ofSeconds(15), () -> replica.metric("understudy_journal_degraded") == 1);
        Thread.sleep(Duration.ofSeconds(2));
        proxy.speak();
        Recording recording = load.lasting(Duration.ofSeconds(2));
        FaultVerdict books =
                books(context, replica, testId, recording, "; degraded after %.1f s".formatted(noticed / 1e3));
        return noticed < 0 ? new FaultVerdict.Broken(books.words() + "; but it was never degraded") : books;
    }

    private static ServiceReplica replica(FaultContext context, Proxy proxy, String... settings) throws IOException {
        Stream<String> small =
                Stream.of("DATABASE_URL", context.through(proxy), "UNDERSTUDY_JOURNAL_SEGMENT_SIZE", "256K");
        return context.replica(Stream.concat(small, Stream.of(settings)).toArray(String[]::new));
    }

    private static FaultVerdict readOnly(FaultContext context) throws Exception {
        Path disk = context.directory();
        if (!mount(context, disk, "size=1m,ro")) {
            return new FaultVerdict.Skipped("this user may not mount a tmpfs");
        }
        ServiceReplica replica =
                context.started("UNDERSTUDY_DATA_DIR", disk.toAbsolutePath().toString());
        int exit = replica.process().exitCode();
        String said = replica.process().errors().strip();
        return measured("exit %d: %s", exit, said.replace(disk.toAbsolutePath().toString(), "…"))
                .holds(exit == 1, "the exit code should be 1")
                .holds(said.lines().count() == 1 && said.contains("UNDERSTUDY_DATA_DIR"), "that is not the one line")
                .verdict();
    }

    private static boolean mount(FaultContext context, Path directory, String options) throws Exception {
        if (run("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString()) != 0) {
            return false;
        }
        context.onClose(() -> run("umount", "-l", directory.toString()));
        return true;
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Writes until the disk takes no more. */
    private static void fill(Path ballast) throws IOException {
        byte[] block = new byte[BLOCK];
        OutputStream out = Files.newOutputStream(ballast);
        try {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            // full, as intended
        } finally {
            out.close();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }
}
