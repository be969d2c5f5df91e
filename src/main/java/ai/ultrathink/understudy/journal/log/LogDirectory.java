package ai.ultrathink.understudy.journal.log;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The directory of a log: names its files, and locks out other processes while it is open. */
final class LogDirectory implements AutoCloseable {
    private static final Logger LOG = System.getLogger(LogDirectory.class.getName());

    /**
     * Added to the name of a file that is set aside, because it is damaged or not a segment. Such files are not touched
     * again.
     */
    static final String DAMAGED = ".damaged";

    private static final Pattern SEGMENT_NAME = Pattern.compile("segment-(\\d{1,18})\\.log(\\.damaged.*)?");

    /** Highest number that a segment file may have. */
    private static final long LAST_NUMBER = 999_999_999_999L;

    private final Path path;
    private final FileChannel lock;

    private LogDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Creates the directory if it is missing, and locks it. A file in its place is set aside.
     *
     * @throws UnusableLogException if another log, of this process or another, has it open
     */
    static LogDirectory open(Path path) throws IOException {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            LOG.log(
                    Level.ERROR,
                    "%s is a file, but the journal needs a directory there; the file is kept as %s"
                            .formatted(path.toAbsolutePath(), setAside(path).getFileName()));
        }
        Files.createDirectories(path);
        FileChannel channel = openLock(path.resolve("lock"));
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

    /** Files named like a segment, in the order of their numbers. */
    List<Path> segmentFiles() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> number(file) >= 0 && !name(file).contains(DAMAGED))
                    .sorted(Comparator.comparingLong(LogDirectory::number).thenComparing(LogDirectory::name))
                    .toList();
        }
    }

    /** The highest number of a segment file in the directory, 0 if there is none. */
    long lastSegmentNumber() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.mapToLong(LogDirectory::number)
                    .filter(number -> number < LAST_NUMBER)
                    .max()
                    .orElse(0);
        }
    }

    /** Sets a file or directory aside under another name, which it returns. */
    static Path setAside(Path file) throws IOException {
        Path aside = file.resolveSibling(name(file) + DAMAGED);
        for (int copy = 2; Files.exists(aside, LinkOption.NOFOLLOW_LINKS); copy++) {
            aside = file.resolveSibling(name(file) + DAMAGED + "-" + copy);
        }
        return Files.move(file, aside);
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

    /** Unlocks the directory. */
    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    /** The number in the name of a segment file, in use or set aside; -1 for other names. */
    private static long number(Path file) {
        Matcher matcher = SEGMENT_NAME.matcher(name(file));
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    private static FileChannel openLock(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            setAside(file);
        }
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
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
