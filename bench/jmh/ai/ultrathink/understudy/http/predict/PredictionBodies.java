package ai.ultrathink.understudy.http.predict;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Bodies of predictions, the same that bench/wrk/predict.lua sends. */
public final class PredictionBodies {

    private static final Path DAYS = Path.of("models/replay/sp500.csv");
    private static final int ACCOUNTS = 997;

    private PredictionBodies() {}

    public static byte[][] read(String model) throws IOException {
        List<String> lines = Files.readAllLines(DAYS);
        return IntStream.range(0, lines.size() - 1)
                .mapToObj(number -> body(number, model, lines.get(number + 1).split(",", 2)[1]))
                .toArray(byte[][]::new);
    }

    private static byte[] body(int number, String model, String features) {
        return "{\"symbol\":\"SPX\",\"unit_id\":\"account-%d\",\"model\":\"%s\",\"features\":[%s]}"
                .formatted(number % ACCOUNTS, model, features)
                .getBytes(StandardCharsets.UTF_8);
    }
}
