package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The load generator: one thread, 64 connections that stay open. */
final class Wrk {

    static final int CONNECTIONS = 64;
    static final String PREDICT = "/api/v1/predict";

    private Wrk() {}

    /**
     * What a run came to.
     *
     * @param rate answers a second
     * @param p50 milliseconds from a request to its answer
     * @param p99 as p50
     * @param requests answers in all; a few more requests may have been under way at the end
     * @param failures answers other than 2xx, and connections that broke
     */
    record Result(double rate, double p50, double p99, long requests, long failures) {}

    /** As fast as it goes. */
    static Result saturate(ServiceProcess server, String path, String model, Duration time)
            throws IOException, InterruptedException {
        return run(server, path, model, time);
    }

    /** Starts a run that ends when it is told to, or after the time. */
    static Process start(ServiceProcess server, String path, String model, Duration time) throws IOException {
        return new ProcessBuilder(
                        "wrk",
                        "-t1",
                        "-c" + CONNECTIONS,
                        "-d" + time.toSeconds() + "s",
                        "-s",
                        "bench/wrk/predict.lua",
                        server.at("").toString(),
                        "--",
                        path,
                        model)
                .redirectErrorStream(true)
                .start();
    }

    private static Result run(ServiceProcess server, String path, String model, Duration time)
            throws IOException, InterruptedException {
        Process wrk = start(server, path, model, time);
        String output = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        wrk.waitFor();
        List<String> numbers = output.lines()
                .filter(line -> line.startsWith("RESULT "))
                .map(line -> List.of(line.split(" ")))
                .findFirst()
                .orElseThrow(() -> new BenchFailedException("wrk gave no result:\n" + output));
        return new Result(
                Double.parseDouble(numbers.get(1)),
                Double.parseDouble(numbers.get(2)),
                Double.parseDouble(numbers.get(3)),
                Long.parseLong(numbers.get(5)),
                Long.parseLong(numbers.get(6)));
    }
}
