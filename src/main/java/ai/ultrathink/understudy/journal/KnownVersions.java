package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.experiment.ModelVersion;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Versions that entries have named before, by their bytes. Almost all entries name the same few, and an entry has up to three: what is known
 * need not be decoded again, and later comparisons find the same object. Safe for any thread; a version that takes the place of another
 * one costs a decoding.
 */
final class KnownVersions {

    private record Known(ByteBuffer bytes, ModelVersion version) {}

    private static final int PLACES = 64;

    private final AtomicReferenceArray<@Nullable Known> places = new AtomicReferenceArray<>(PLACES);

    /** @param bytes of the version, from position to limit; they are not kept */
    ModelVersion get(ByteBuffer bytes, Supplier<ModelVersion> decoded) {
        int place = Math.floorMod(bytes.hashCode(), PLACES);
        Known known = places.get(place);
        if (known != null && known.bytes.equals(bytes)) {
            return known.version;
        }
        ModelVersion version = decoded.get();
        ByteBuffer copy =
                ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
        places.set(place, new Known(copy, version));
        return version;
    }
}
