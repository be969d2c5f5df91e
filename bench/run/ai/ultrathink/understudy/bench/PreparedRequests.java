package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.testkit.MarketDay;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Requests as the bytes that are sent, made before a run. They are those of bench/wrk/predict.lua. */
final class PreparedRequests {

    private static final int UNITS = 997;

    private final List<ByteBuffer> all;

    private PreparedRequests(List<ByteBuffer> all) {
        this.all = all;
    }

    /**
     * One for each day of the market history.
     *
     * @param host the name and the port of the server
     * @param model which is asked
     */
    static PreparedRequests predictions(String host, String model) throws IOException {
        List<String> bodies = new ArrayList<>();
        for (MarketDay day : MarketDay.readAll()) {
            bodies.add("""
                    {"symbol":"SPX","unit_id":"account-%d","model":"%s","features":%s}""".formatted(bodies.size() % UNITS, model, day.features()));
        }
        return of(host, Wrk.PREDICT, bodies);
    }

    static PreparedRequests of(String host, String path, List<String> bodies) {
        return new PreparedRequests(
                bodies.stream().map(body -> bytes(host, path, body)).toList());
    }

    private static ByteBuffer bytes(String host, String path, String body) {
        byte[] request =
                "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(path, host, body.length(), body)
                        .getBytes(StandardCharsets.US_ASCII);
        // a direct one is written without a copy
        return ByteBuffer.allocateDirect(request.length).put(request).flip();
    }

    /** The bytes of a request; they come round again. */
    ByteBuffer get(int number) {
        return all.get(number % all.size());
    }
}
