package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Decompresses request bodies, and limits the size of every body after decompression. */
@Provider
class BodyDecoding implements ReaderInterceptor {

    private final long maxBytes;

    BodyDecoding(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize limit) {
        this.maxBytes = limit.asLongValue();
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        List<String> given = context.getHeaders().get(HttpHeaders.CONTENT_ENCODING);
        String coding = given == null ? "" : String.join(",", given).strip().toLowerCase(Locale.ROOT);
        InputStream body = context.getInputStream();
        context.setInputStream(
                switch (coding) {
                    case "", "identity" -> new Bounded(body, maxBytes);
                    case "gzip", "x-gzip" -> new Bounded(unzip(body), maxBytes);
                    default -> throw new UnknownCodingException(coding);
                });
        return context.proceed();
    }

    private static InputStream unzip(InputStream body) {
        try {
            return new GZIPInputStream(body);
        } catch (IOException e) {
            throw notGzip(e);
        }
    }

    private static InvalidValueException notGzip(IOException e) {
        return new InvalidValueException(
                "body", e.getMessage(), "gzip, as Content-Encoding says, or no Content-Encoding");
    }

    /** The content coding of the body is not supported. */
    static final class UnknownCodingException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownCodingException(String coding) {
            super("Content-Encoding: got \"" + coding + "\"; allowed: gzip, or none");
        }
    }

    /** Fails if the body is larger than allowed. */
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream body, long maxBytes) {
            super(body);
            this.left = maxBytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count;
            try {
                count = super.read(into, offset, length);
            } catch (IOException e) {
                if (in instanceof GZIPInputStream) {
                    throw notGzip(e);
                }
                throw e;
            }
            take(Math.max(0, count));
            return count;
        }

        /** A body that is in memory by now is copied once; otherwise each would have a buffer of 16 KB. */
        @Override
        public byte[] readAllBytes() throws IOException {
            if (!(in instanceof ByteArrayInputStream)) {
                return super.readAllBytes();
            }
            byte[] all = in.readAllBytes();
            take(all.length);
            return all;
        }

        private void take(int count) {
            left -= count;
            if (left < 0) {
                throw new WebApplicationException(413);
            }
        }

        @Override
        public void close() throws IOException {
            if (left >= 0) {
                super.close();
            }
            // otherwise the rest of the body would be read to its end
        }
    }
}
