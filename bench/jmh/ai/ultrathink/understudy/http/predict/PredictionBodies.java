package ai.ultrathink.understudy.http.predict;

import ai.ultrathink.understudy.testkit.MarketDay;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** Bodies of predictions, the same that bench/wrk/predict.lua sends. */
public final class PredictionBodies {

    private static final int ACCOUNTS = 997;

    private PredictionBodies() {}

    public static byte[][] read(String model) throws IOException {
        List<MarketDay> days = MarketDay.readAll();
        return IntStream.range(0, days.size())
                .mapToObj(number -> body(number, model, days.get(number).features()))
                .toArray(byte[][]::new);
    }

    private static byte[] body(int number, String model, String features) {
        return "{\"symbol\":\"SPX\",\"unit_id\":\"account-%d\",\"model\":\"%s\",\"features\":%s}"
                .formatted(number % ACCOUNTS, model, features)
                .getBytes(StandardCharsets.UTF_8);
    }
}
