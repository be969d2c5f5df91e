package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What a treatment call costs in a worker: the same model is asked as control, in this process, and as treatment, in the worker. Run
 * {@code scripts/tool.sh inference.TreatmentCost} after {@code make compile}.
 */
public final class TreatmentCost {

    private static final int ROUNDS = 5;
    private static final int ALONE = 10_000;
    private static final int TOGETHER = 100_000;
    private static final int AT_A_TIME = 64;
    private static final String MODEL = "universal";
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final WorkerFixture fixture;
    private final List<Features> days;

    private TreatmentCost(WorkerFixture fixture, List<Features> days) {
        this.fixture = fixture;
        this.days = days;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Path models = Path.of("models");
        List<Features> days;
        try (Stream<String> lines = Files.lines(models.resolve("replay/sp500.csv"))) {
            days = lines.skip(1).map(TreatmentCost::features).toList();
        }
        try (WorkerFixture fixture = new WorkerFixture(models, new QuickTreatment())) {
            fixture.load();
            TreatmentCost cost = new TreatmentCost(fixture, days);
            for (int round = 0; round < ROUNDS; round++) {
                for (Variant role : Variant.values()) {
                    cost.alone(role);
                    cost.together(role);
                }
            }
            cost.nextAnswer();
        }
    }

    private void alone(Variant role) {
        Predictor model = fixture.models().find(MODEL).orElseThrow();
        long[] nanos = new long[ALONE];
        for (int i = 0; i < ALONE; i++) {
            long start = System.nanoTime();
            model.predict(days.get(i % days.size()), role, DEADLINE).await().indefinitely();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        System.out.printf(
                "%-9s one at a time: p50 %6.1f µs, p95 %6.1f µs, p99 %7.1f µs%n",
                role.wireName(), nanos[ALONE / 2] / 1e3, nanos[ALONE * 95 / 100] / 1e3, nanos[ALONE * 99 / 100] / 1e3);
    }

    private void together(Variant role) throws InterruptedException {
        Predictor model = fixture.models().find(MODEL).orElseThrow();
        Semaphore places = new Semaphore(AT_A_TIME);
        CountDownLatch done = new CountDownLatch(TOGETHER);
        AtomicInteger failed = new AtomicInteger();
        long start = System.nanoTime();
        for (int i = 0; i < TOGETHER; i++) {
            places.acquire();
            model.predict(days.get(i % days.size()), role, DEADLINE).subscribe().with(outcome -> {
                failed.addAndGet(outcome instanceof Outcome.Answered ? 0 : 1);
                places.release();
                done.countDown();
            });
        }
        done.await();
        System.out.printf(
                "%-9s %d at a time: %,.0f calls/s, %d failed%n",
                role.wireName(), AT_A_TIME, TOGETHER / ((System.nanoTime() - start) / 1e9), failed.get());
    }

    private void nextAnswer() {
        long start = System.nanoTime();
        fixture.worker().destroyForcibly();
        while (!(fixture.answer(MODEL, Variant.TREATMENT, days.getFirst()) instanceof Outcome.Answered)) {
            LockSupport.parkNanos(1_000_000);
        }
        System.out.printf("next answer after SIGKILL: %d ms%n", (System.nanoTime() - start) / 1_000_000);
    }

    private static Features features(String line) {
        List<String> fields = Arrays.asList(line.split(",", -1));
        List<String> numbers = fields.subList(fields.size() - 43, fields.size());
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.parseFloat(numbers.get(i));
        }
        return Features.of(values);
    }
}
