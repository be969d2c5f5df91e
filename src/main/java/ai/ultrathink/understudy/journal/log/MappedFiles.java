package ai.ultrathink.understudy.journal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Creates and maps files, all little-endian. */
final class MappedFiles {
    private static final int PAGE = 4096;
    private static final int CHUNK = 64 * 1024;

    private MappedFiles() {}

    /**
     * Creates a file of zeros and maps it for writing. The zeros are really written: on a full disk, a sparse file
     * could be created, but the first store into the mapping would fault (SIGBUS). All pages are touched, so that
     * appending causes no page faults.
     */
    static MappedByteBuffer create(Path file, int bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return fillAndMap(channel, bytes, file);
        }
    }

    /** Maps an existing file for reading, up to 2 GiB. */
    static MappedByteBuffer read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MappedByteBuffer buffer = channel.map(MapMode.READ_ONLY, 0, Math.min(channel.size(), Integer.MAX_VALUE));
            buffer.order(ByteOrder.LITTLE_ENDIAN);
            return buffer;
        }
    }

    /** Maps an existing file for writing. */
    static MappedByteBuffer write(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer buffer = channel.map(MapMode.READ_WRITE, 0, channel.size());
            buffer.order(ByteOrder.LITTLE_ENDIAN);
            return buffer;
        }
    }

    private static MappedByteBuffer fillAndMap(FileChannel channel, int bytes, Path file) throws IOException {
        try {
            fill(channel, bytes);
            MappedByteBuffer buffer = channel.map(MapMode.READ_WRITE, 0, bytes);
            buffer.order(ByteOrder.LITTLE_ENDIAN);
            for (int page = 0; page < bytes; page += PAGE) {
                buffer.put(page, (byte) 0);
            }
            return buffer;
        } catch (IOException | InternalError e) {
            // The part written so far would take space on a disk that may be full.
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static void fill(FileChannel channel, int bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(CHUNK, bytes));
        for (int at = 0; at < bytes; at += zeros.position()) {
            zeros.clear().limit(Math.min(zeros.capacity(), bytes - at));
            while (zeros.hasRemaining()) {
                channel.write(zeros, at + (long) zeros.position());
            }
        }
    }
}
