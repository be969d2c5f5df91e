package ai.ultrathink.understudy.inference.torch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * An archive of TorchScript, read without libtorch. The file is untrusted: what would harm the process that loads it is
 * found here first.
 */
final class Archive implements AutoCloseable {

    /** Limit on all code that is analysed. A network of millions of weights has about ten thousand characters. */
    private static final int MOST_CODE_BYTES = 4 << 20;
    /** Limit on the archive's directory, which is read into memory as a whole. */
    private static final int MOST_DIRECTORY_BYTES = 4 << 20;

    private static final int MOST_PICKLE_BYTES = 1 << 20;
    private static final int END_BYTES = 22;
    private static final int LONGEST_COMMENT = 0xFFFF;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int DIRECTORY_SIZE_AT = 12;

    private final ZipFile zip;
    private final List<ZipEntry> entries;

    private Archive(ZipFile zip, List<ZipEntry> entries) {
        this.zip = zip;
        this.entries = entries;
    }

    /**
     * Opens a file.
     *
     * @throws IOException if it is not such an archive; the message says what it is, or which limit it exceeds
     */
    static Archive open(Path file) throws IOException {
        Optional<String> other = FileKind.other(file);
        if (other.isPresent()) {
            throw new IOException(other.get());
        }
        checkDirectory(file);
        ZipFile zip = zip(file);
        try {
            Archive archive = new Archive(zip, List.copyOf(Collections.list(zip.entries())));
            if (archive.entries.stream().noneMatch(entry -> entry.getName().contains("/code/"))) {
                throw new IOException(FileKind.withoutCode(archive.names(), archive.pickle()));
            }
            return archive;
        } catch (IllegalArgumentException e) {
            zip.close();
            throw unreadable(e);
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static ZipFile zip(Path file) throws IOException {
        try {
            return new ZipFile(file.toFile());
        } catch (IllegalArgumentException e) {
            throw unreadable(e);
        } catch (IOException e) {
            throw new IOException("the archive cannot be read: " + e.getMessage(), e);
        }
    }

    private static IOException unreadable(IllegalArgumentException e) {
        return new IOException("the archive's directory cannot be read: " + e.getMessage(), e);
    }

    /**
     * Checks what libtorch does not check before it allocates memory or calls itself.
     *
     * @param mostBytes limit on all files of the archive when they are unpacked
     * @throws IOException if the archive exceeds a limit
     */
    void check(long mostBytes) throws IOException {
        long left = mostBytes;
        for (ZipEntry entry : entries) {
            left -= entry.getSize();
            if (entry.getSize() < 0 || left < 0) {
                throw new IOException("it unpacks to more than " + mostBytes + " bytes");
            }
        }
        CodeLimits limits = new CodeLimits();
        for (ZipEntry entry : entries) {
            if (code(entry)) {
                try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
                    limits.read(in);
                }
            }
        }
    }

    /**
     * The code files.
     *
     * @throws IOException if they are too long
     */
    List<String> code() throws IOException {
        List<String> files = new ArrayList<>();
        int left = MOST_CODE_BYTES;
        for (ZipEntry entry : entries) {
            if (code(entry)) {
                byte[] text = beginning(entry, left + 1);
                if (text.length > left) {
                    throw new IOException("its code is longer than " + MOST_CODE_BYTES + " bytes");
                }
                left -= text.length;
                files.add(new String(text, StandardCharsets.UTF_8));
            }
        }
        return files;
    }

    private static boolean code(ZipEntry entry) {
        return entry.getName().contains("/code/") && entry.getName().endsWith(".py");
    }

    private List<String> names() {
        return entries.stream().map(ZipEntry::getName).toList();
    }

    private byte[] pickle() throws IOException {
        for (ZipEntry entry : entries) {
            if (entry.getName().endsWith("data.pkl")) {
                return beginning(entry, MOST_PICKLE_BYTES);
            }
        }
        return new byte[0];
    }

    private byte[] beginning(ZipEntry entry, int most) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return in.readNBytes(most);
        }
    }

    /** Checks the size of the directory, because the JDK allocates the memory that the archive states. */
    private static void checkDirectory(Path archive) throws IOException {
        try (FileChannel channel = FileChannel.open(archive)) {
            int size = (int) Math.min(channel.size(), END_BYTES + LONGEST_COMMENT);
            ByteBuffer end = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
            long from = channel.size() - size;
            while (end.hasRemaining() && channel.read(end, from + end.position()) >= 0) {
                // until it is full, or the file ends early
            }
            for (int at = end.position() - END_BYTES; at >= 0; at--) {
                if (end.getInt(at) == END_SIGNATURE) {
                    long directory = Integer.toUnsignedLong(end.getInt(at + DIRECTORY_SIZE_AT));
                    if (directory > MOST_DIRECTORY_BYTES) {
                        throw new IOException("the archive's directory has " + directory + " bytes; allowed: up to "
                                + MOST_DIRECTORY_BYTES);
                    }
                    return;
                }
            }
            throw new IOException("the end of the archive is missing; the file was not copied as a whole");
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
