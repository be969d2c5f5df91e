package ai.ultrathink.understudy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the data directory to one process: two would stop each other's PostgreSQL and fight over the journal. */
final class DataDirectory {

    /** A channel that nobody refers to is closed with the next garbage, and its lock is gone. */
    private static final Set<FileChannel> HELD = ConcurrentHashMap.newKeySet();

    private DataDirectory() {}

    /**
     * Takes the directory for as long as this process lives; a killed one leaves it free.
     *
     * @throws IOException when another process has it or it cannot be made; the message says what to do
     */
    // the channel must stay open: closing it would give the lock back
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
