package ai.ultrathink.understudy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Locks the data directory so that only one process uses it. */
final class DataDirectory {

    /** Keeps references to channels: an unreferenced channel is garbage-collected, and its lock is lost. */
    private static final Set<FileChannel> HELD = ConcurrentHashMap.newKeySet();

    private DataDirectory() {}

    /**
     * Locks the directory for the life of this process; the lock of a killed process is released.
     *
     * @throws IOException if another process uses it, or it cannot be created; the message says what to do
     */
    // the channel must stay open: closing it would release the lock
    @SuppressWarnings("resource")
    static void take(Path directory) throws IOException {
        boolean mine;
        try {
            Files.createDirectories(directory);
            FileChannel channel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            HELD.add(channel);
            mine = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // a reload in development mode: the lock is this process's own
            mine = true;
        } catch (IOException e) {
            throw new IOException(
                    "UNDERSTUDY_DATA_DIR: got \"" + directory + "\" (" + e.getMessage()
                            + "); allowed: a directory that this user may write to",
                    e);
        }
        if (!mine) {
            throw new IOException("UNDERSTUDY_DATA_DIR: got \"" + directory
                    + "\", which another running Understudy uses; allowed: a directory of its own for each process");
        }
    }
}
