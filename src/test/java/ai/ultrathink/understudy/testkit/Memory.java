package ai.ultrathink.understudy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What processes hold of the machine's memory, in bytes, as Linux tells it. */
public final class Memory {

    private static final long KIB = 1024;

    private Memory() {}

    /** What the processes hold now, resident. */
    public static long resident(Stream<ProcessHandle> processes) {
        return processes.mapToLong(process -> field(process, "VmRSS:")).sum();
    }

    /** The most that a process has held so far, resident. */
    public static long peak(ProcessHandle process) {
        return field(process, "VmHWM:");
    }

    private static long field(ProcessHandle process, String name) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
