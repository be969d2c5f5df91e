package ai.ultrathink.understudy.http.problem;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Describes what is wrong with a malformed HTTP/1 request, as far as possible. */
final class MalformedRequests {

    private static final int SHOWN = 120;

    private MalformedRequests() {}

    /** The problem with the head of a request, if any. */
    static @Nullable Problem problem(HttpRequest request) {
        DecoderResult decoded = request.decoderResult();
        if (decoded.isFailure()) {
            return undecoded(request, decoded.cause());
        }
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return new Problem(
                    "HTTP Version Not Supported",
                    505,
                    "HTTP version: got " + shown(version.text()) + "; allowed: HTTP/1.1 or HTTP/1.0");
        }
        HttpHeaders headers = request.headers();
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1) {
            return bad("Host: got " + hosts.size() + " of them; allowed: one");
        }
        if (headers.contains("")) {
            return bad("headers: got one without a name; allowed: each a name, a colon and a value");
        }
        return coding(headers);
    }

    /** The problem with the coding of the body, if any: its end is unknown, and its contents could be taken for a request. */
    private static @Nullable Problem coding(HttpHeaders headers) {
        String coding = String.join(",", headers.getAll(HttpHeaderNames.TRANSFER_ENCODING));
        if (coding.isEmpty() || coding.strip().toLowerCase(Locale.ROOT).equals("chunked")) {
            return null;
        }
        return new Problem(
                "Not Implemented",
                501,
                "Transfer-Encoding: got " + shown(coding) + "; allowed: chunked, or none with a Content-Length");
    }

    /** The problem with a body that could not be read further. */
    static Problem problemOfBody(DecoderResult decoded) {
        return bad("the body is not well-formed: " + said(decoded.cause())
                + "; with Transfer-Encoding: chunked each chunk is its length in hexadecimal digits, a line break, as many"
                + " bytes, and a line break");
    }

    private static Problem undecoded(HttpRequest request, Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return new Problem("Request-URI Too Long", 414, RequestGate.TARGET_TOO_LONG);
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return new Problem("Request Header Fields Too Large", 431, RequestGate.HEADERS_TOO_LONG);
        }
        Problem coding = coding(request.headers());
        if (coding != null) {
            return coding;
        }
        List<String> lengths = request.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (!lengths.isEmpty()) {
            String length = String.join(", ", lengths);
            if (!length.matches("[0-9]{1,18}")) {
                return bad(
                        "Content-Length: got " + shown(length) + "; allowed: one number, the body's length in bytes");
            }
        }
        return bad("the request is not well-formed HTTP: " + said(cause)
                + "; check its first line, which is a method, a target and HTTP/1.1, and its headers, each a name, a"
                + " colon and a value");
    }

    private static Problem bad(String detail) {
        return new Problem("Bad Request", 400, detail);
    }

    private static String said(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? "it cannot be read" : cut(message.replaceFirst("[.\\s]+$", ""));
    }

    private static String shown(String value) {
        return '"' + cut(value) + '"';
    }

    private static String cut(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }
}
