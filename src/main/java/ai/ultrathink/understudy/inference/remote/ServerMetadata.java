package ai.ultrathink.understudy.inference.remote;

import java.util.Set;

/**
 * What a server says of itself.
 *
 * @param extensions of the protocol that it knows
 */
public record ServerMetadata(String name, String version, Set<String> extensions) {

    /** Tensors of REST as bytes after the JSON. */
    public static final String BINARY_TENSORS = "binary_tensor_data";

    /** A server that says nothing of itself. */
    static final ServerMetadata UNKNOWN = new ServerMetadata("", "", Set.of());

    public ServerMetadata {
        extensions = Set.copyOf(extensions);
    }

    /** For readers, such as {@code triton 2.50.0}. */
    public String describe() {
        return name.isEmpty() ? "a server without a name" : (name + " " + version).strip();
    }
}
