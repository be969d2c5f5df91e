package ai.ultrathink.understudy.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder of a log: names its files, and keeps other processes out for as long as it is open. */
final class LogDirectory implements AutoCloseable {
    /** Added to the name of a file that is not a segment, though it is named like one. Such files are left alone. */
    static final String DAMAGED = ".damaged";

    private static final Pattern SEGMENT_NAME = Pattern.compile("segment-(\\d{12})\\.log(\\.damaged)?");

    private final Path path;
    private final FileChannel lock;

    private LogDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Creates the folder where it is missing and locks it.
     *
     * @throws UnusableLogException if another log, of this process or another, has it open
     */
    static LogDirectory open(Path path) throws IOException {
        Files.createDirectories(path);
        FileChannel channel = FileChannel.open(
                path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (tryLock(channel) == null) {
                throw new UnusableLogException(
                        "The journal in %s is in use by process %s; stop that one or choose another data directory"
                                .formatted(path.toAbsolutePath(), read(channel)));
            }
            channel.truncate(0);
            channel.write(
                    StandardCharsets.UTF_8.encode(
                            Long.toString(ProcessHandle.current().pid())),
                    0);
            return new LogDirectory(path, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The segment files, in the order of their creation. */
    List<Path> segmentFiles() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> SEGMENT_NAME.matcher(name(file)).matches())
                    .filter(file -> !name(file).endsWith(DAMAGED))
                    .sorted(Comparator.comparing(LogDirectory::name))
                    .toList();
        }
    }

    /** The highest number that a segment file has here, 0 if there is none. */
    long lastSegmentNumber() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> SEGMENT_NAME.matcher(name(file)))
                    .filter(Matcher::matches)
                    .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
                    .max()
                    .orElse(0);
        }
    }

    Path segmentFile(long number) {
        return path.resolve("segment-%012d.log".formatted(number));
    }

    Path releaseMarkFile() {
        return path.resolve("released");
    }

    long freeBytes() throws IOException {
        return Files.getFileStore(path).getUsableSpace();
    }

    /** Unlocks the folder. */
    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(20);
        channel.read(text, 0);
        return StandardCharsets.UTF_8.decode(text.flip()).toString();
    }
}
