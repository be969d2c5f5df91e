package ai.ultrathink.understudy.inference;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Contents of a model folder at one moment: its card, the path of its network, and the digest of both; of the card alone if a server
 * answers for the model. The type of a
 * file is checked before it is opened, because a pipe or a device would never end, and a network is never read into the
 * heap.
 */
final class FolderContents {

    static final long MOST_CARD_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path directory;
    private final Fingerprint files;
    private final byte[] card;
    private final ModelRuntime runtime;
    private final @Nullable Path network;
    private final String digest;

    private FolderContents(
            Path directory,
            Fingerprint files,
            byte[] card,
            ModelRuntime runtime,
            @Nullable Path network,
            String digest) {
        this.directory = directory;
        this.files = files;
        this.card = card;
        this.runtime = runtime;
        this.network = network;
        this.digest = digest;
    }

    /**
     * Reads both files once, the network in pieces.
     *
     * @param mostNetworkBytes the largest network that is allowed
     * @throws IOException a {@link ModelRefusedException} if a file is not allowed
     */
    static FolderContents read(Path directory, long mostNetworkBytes) throws IOException {
        Path card = regular(directory, "model.json");
        // before anything is read, so that every later change is detected
        Fingerprint files = Fingerprint.of(directory);
        byte[] text = small(card);
        // a card that cannot be read does not say which file there should be
        ModelRuntime runtime = CardReader.runtime(text);
        String file = runtime.file();
        Path network = file == null ? null : regular(directory, file);
        long networkBytes = network == null ? 0 : Files.size(network);
        if (network != null && networkBytes > mostNetworkBytes) {
            throw new ModelRefusedException(network.getFileName() + ": got " + networkBytes + " bytes; allowed: up to "
                    + mostNetworkBytes + ", or another UNDERSTUDY_INFERENCE_MAX_NETWORK_SIZE");
        }
        MessageDigest sha256 = sha256();
        sha256.update(text);
        if (network != null) {
            update(sha256, network, networkBytes);
        }
        FolderContents contents = new FolderContents(
                directory, files, text, runtime, network, HexFormat.of().formatHex(sha256.digest()));
        contents.checkUnchanged();
        return contents;
    }

    private static long checkSmall(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes > MOST_CARD_BYTES) {
            throw new ModelRefusedException(
                    file.getFileName() + ": got " + bytes + " bytes; allowed: up to " + MOST_CARD_BYTES);
        }
        return bytes;
    }

    /** The content of a JSON file. */
    static byte[] small(Path file) throws IOException {
        long bytes = checkSmall(file);
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes((int) bytes);
        }
    }

    /** @throws ModelRefusedException if the network's file has another SHA-256 */
    void checkNetwork(String sha256) throws IOException {
        MessageDigest digest = sha256();
        update(digest, network(), Files.size(network()));
        String got = HexFormat.of().formatHex(digest.digest());
        if (!got.equals(sha256)) {
            throw new ModelRefusedException(network().getFileName() + " has the SHA-256 " + got
                    + ", model.json expects " + sha256 + "; the file is damaged or another one");
        }
    }

    byte[] card() {
        return card.clone();
    }

    ModelRuntime runtime() {
        return runtime;
    }

    /** The network file, with links resolved; not of a remote model, which has none. */
    Path network() {
        return Objects.requireNonNull(network, "it has no file");
    }

    Fingerprint files() {
        return files;
    }

    String digest() {
        return digest;
    }

    /** @throws ModelRefusedException if the files in the folder are no longer those that were read */
    void checkUnchanged() throws IOException {
        if (!files.equals(Fingerprint.of(directory))) {
            throw new ModelRefusedException("its files changed while they were read; reload when they are complete."
                    + " Write them elsewhere and move them here, so that they are never seen in part");
        }
    }

    /**
     * A file of the folder, with links resolved.
     *
     * @throws ModelRefusedException if it is not a regular file within the models directory
     */
    static Path regular(Path directory, String name) throws IOException {
        Path file = directory.resolve(name);
        Path real;
        try {
            real = file.toRealPath();
        } catch (NoSuchFileException e) {
            throw new ModelRefusedException(
                    Files.isSymbolicLink(file) ? name + " is a link to a file that is not there" : name + " is missing",
                    e);
        } catch (AccessDeniedException e) {
            throw new ModelRefusedException(name + " cannot be read: permission denied", e);
        } catch (FileSystemException e) {
            throw new ModelRefusedException(name + " cannot be read: " + e.getReason(), e);
        }
        Path models = directory.toAbsolutePath().getParent();
        if (models != null && !real.startsWith(models.toRealPath())) {
            throw new ModelRefusedException(
                    name + " is a link that leads out of the models directory; allowed: a file in that directory");
        }
        BasicFileAttributes attributes =
                Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            String kind = attributes.isDirectory() ? "a directory" : "a pipe, a socket or a device";
            throw new ModelRefusedException(name + ": got " + kind + "; allowed: a regular file");
        }
        return real;
    }

    private static void update(MessageDigest digest, Path file, long size) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long left = size;
        try (InputStream in = Files.newInputStream(file)) {
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    return;
                }
                digest.update(buffer, 0, read);
                left -= read;
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
