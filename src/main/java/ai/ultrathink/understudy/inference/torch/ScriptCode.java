package ai.ultrathink.understudy.inference.torch;

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
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads the source code in a TorchScript archive without libtorch. The file is untrusted. */
final class ScriptCode {

    /** Limit on all files together. A network of millions of weights has about ten thousand characters. */
    private static final int MOST_BYTES = 4 << 20;
    /** Limit on the archive's directory, which is read into memory as a whole. */
    private static final int MOST_DIRECTORY_BYTES = 4 << 20;

    private static final int END_BYTES = 22;
    private static final int LONGEST_COMMENT = 0xFFFF;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int DIRECTORY_SIZE_AT = 12;

    private ScriptCode() {}

    /**
     * The code files of the archive.
     *
     * @throws IOException if the file is not an archive, or exceeds a limit
     */
    static List<String> read(Path archive) throws IOException {
        checkDirectory(archive);
        List<String> files = new ArrayList<>();
        int left = MOST_BYTES;
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().contains("/code/") && entry.getName().endsWith(".py")) {
                    byte[] text = read(zip, entry, left);
                    left -= text.length;
                    files.add(new String(text, StandardCharsets.UTF_8));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the archive's directory cannot be read: " + e.getMessage(), e);
        }
        return files;
    }

    private static byte[] read(ZipFile zip, ZipEntry entry, int left) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] text = in.readNBytes(left + 1);
            if (text.length > left) {
                throw new IOException("its code is longer than " + MOST_BYTES + " bytes");
            }
            return text;
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
                        throw new IOException("the archive's directory has " + directory + " bytes");
                    }
                    return;
                }
            }
            throw new IOException("it is not a zip archive");
        }
    }
}
