package ai.ultrathink.understudy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Sends questions to POST /api/v1/predict, some at a time, and keeps the answers with what each caller waited. */
final class PredictionReplay {

    /**
     * What one caller asks.
     *
     * @param unit what assignment sticks to
     */
    record Question(String requestId, String unit, TradingDay day) {}

    /**
     * What one caller got.
     *
     * @param waitedNanos from sending the question to having read the answer
     */
    record Answered(Question question, JsonNode answer, long waitedNanos) {}

    private final Api api;
    private final int atATime;

    PredictionReplay(Api api, int atATime) {
        this.api = api;
        this.atATime = atATime;
    }

    List<Answered> run(List<Question> questions) throws InterruptedException {
        ProgressBar progress = new ProgressBar(questions.size());
        ExecutorService callers = Executors.newFixedThreadPool(
                atATime, Thread.ofPlatform().daemon().name("caller-", 1).factory());
        try {
            List<Future<Answered>> answers = new ArrayList<>();
            for (Question question : questions) {
                answers.add(callers.submit(() -> {
                    Answered answer = ask(api, question);
                    progress.step();
                    return answer;
                }));
            }
            List<Answered> answered = new ArrayList<>();
            for (Future<Answered> answer : answers) {
                answered.add(resultOf(answer));
            }
            return answered;
        } finally {
            callers.shutdownNow();
        }
    }

    /** What a caller came back with. */
    static <T> T resultOf(Future<T> caller) throws InterruptedException {
        try {
            return caller.get();
        } catch (ExecutionException e) {
            throw new DemoFailedException("A prediction failed: "
                    + Objects.requireNonNull(e.getCause()).getMessage() + "\nThe service's log is " + DemoService.LOG
                    + ".");
        }
    }

    static Answered ask(Api api, Question question) throws IOException, InterruptedException {
        Map<String, Object> body = Map.of(
                "request_id", question.requestId(),
                "unit_id", question.unit(),
                "symbol", "SPX",
                "model", DemoExperiments.CONTROL,
                "features", question.day().features());
        long sent = System.nanoTime();
        JsonNode answer = api.post("/api/v1/predict", body).ok();
        long waited = System.nanoTime() - sent;
        return new Answered(question, answer, waited);
    }

    /** What callers waited, such as "half of the callers waited less than 0.80 ms, 99% less than 2.31 ms". */
    static String waits(List<Answered> answers) {
        long[] nanos = answers.stream().mapToLong(Answered::waitedNanos).toArray();
        Arrays.sort(nanos);
        return String.format(
                "half of the callers waited less than %.2f ms, 99%% less than %.2f ms",
                nanos[nanos.length / 2] / 1e6, nanos[(int) (nanos.length * 0.99)] / 1e6);
    }
}
