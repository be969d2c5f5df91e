package ai.ultrathink.understudy.journal.log;

import ai.ultrathink.understudy.journal.DirectExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Short ways for tests to open, write and read a log, without a thread in the background. */
public final class Logs {
    public static final int PAGE = 4096;
    public static final LogSettings SMALL = new LogSettings(PAGE, 64 * PAGE, 0, Duration.ofSeconds(1));

    private Logs() {}

    public static SegmentedLog open(Path directory) throws IOException {
        return open(directory, SMALL);
    }

    public static SegmentedLog open(Path directory, LogSettings settings) throws IOException {
        return SegmentedLog.open(directory, settings, () -> 0, new DirectExecutor());
    }

    static AppendOutcome append(SegmentedLog log, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return log.append(bytes, 0, bytes.length);
    }

    /** Appends records of 1,000 bytes, of which four fit into a page, until one is refused. Answers how many went in. */
    static int fill(SegmentedLog log) {
        int appended = 0;
        while (log.append(new byte[1000], 0, 1000) == AppendOutcome.APPENDED) {
            appended++;
        }
        return appended;
    }

    static List<String> read(SegmentedLog log) {
        List<String> texts = new ArrayList<>();
        log.poll(Integer.MAX_VALUE, (sequence, payload) -> texts.add(text(payload)));
        return texts;
    }

    public static String text(ByteBuffer payload) {
        return StandardCharsets.UTF_8.decode(payload).toString();
    }

    static List<Path> segmentFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("segment-"))
                    .sorted()
                    .toList();
        }
    }

    /** The segment files that hold records, in order: the others are empty ones, held ready. */
    static List<Path> filesWithRecords(Path directory) throws IOException {
        List<Path> filled = new ArrayList<>();
        for (Path file : segmentFiles(directory)) {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length > Segment.HEADER_BYTES + RecordFrame.HEADER_BYTES
                    && bytes[Segment.HEADER_BYTES + 4] != 0) {
                filled.add(file);
            }
        }
        return filled;
    }
}
