package ai.ultrathink.understudy.demo;

import ai.ultrathink.understudy.testkit.ClosedLoop;
import ai.ultrathink.understudy.testkit.MarketDay;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends questions to POST /api/v1/predict, some at a time, and keeps each answer with the time that its caller waited. */
final class PredictionReplay {

    /**
     * The question of one caller.
     *
     * @param unit the unit that is assigned
     */
    record Question(String requestId, String unit, MarketDay day) {}

    /**
     * The answer that one caller got.
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
        Answered[] answers = new Answered[questions.size()];
        AtomicInteger next = new AtomicInteger();
        try (ClosedLoop callers = ClosedLoop.start(atATime, (caller, number) -> {
            int index = next.getAndIncrement();
            if (index < answers.length) {
                answers[index] = ask(api, questions.get(index));
                progress.step();
            }
            return index < answers.length;
        })) {
            callers.join();
            requireSound(callers);
        }
        return List.of(answers);
    }

    /** Fails when a prediction has. */
    static void requireSound(ClosedLoop callers) {
        Exception failure = callers.failure();
        if (failure != null) {
            throw new DemoFailedException(
                    "A prediction failed: " + failure.getMessage() + "\nThe service's log is " + DemoService.LOG + ".");
        }
    }

    static Answered ask(Api api, Question question) throws IOException {
        Map<String, Object> body = Map.of(
                "request_id",
                question.requestId(),
                "unit_id",
                question.unit(),
                "symbol",
                "SPX",
                "model",
                DemoExperiments.CONTROL,
                "features",
                new RawValue(question.day().features()));
        long sent = System.nanoTime();
        JsonNode answer = api.post("/api/v1/predict", body).ok();
        long waited = System.nanoTime() - sent;
        return new Answered(question, answer, waited);
    }

    /** What callers waited, such as "1,080 predictions; callers waited 0.80 ms at the median, 2.31 ms at the 99th percentile". */
    static String waits(List<Answered> answers) {
        long[] nanos = answers.stream().mapToLong(Answered::waitedNanos).toArray();
        Arrays.sort(nanos);
        return String.format(
                "%,d predictions; callers waited %.2f ms at the median, %.2f ms at the 99th percentile",
                nanos.length, nanos[nanos.length / 2] / 1e6, nanos[(int) (nanos.length * 0.99)] / 1e6);
    }
}
