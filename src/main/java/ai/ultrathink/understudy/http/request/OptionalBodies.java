package ai.ultrathink.understudy.http.request;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Optional request bodies. If there is no body, the content type, which some clients send anyway, is ignored. */
@Singleton
public class OptionalBodies {

    private final ObjectMapper mapper;

    OptionalBodies(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /**
     * Reads the body; null if there is none.
     *
     * @throws NotSupportedException if there is a body of another type than JSON
     * @throws IOException if the body is not valid
     */
    public <T> @Nullable T optional(@Nullable String contentType, byte @Nullable [] body, Class<T> type)
            throws IOException {
        if (body == null || body.length == 0) {
            return null;
        }
        if (contentType == null || !json(contentType)) {
            throw new NotSupportedException();
        }
        return mapper.readValue(body, type);
    }

    private static boolean json(String contentType) {
        try {
            return MediaType.APPLICATION_JSON_TYPE.isCompatible(MediaType.valueOf(contentType));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
