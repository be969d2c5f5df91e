package ai.ultrathink.understudy.inference;

import static ai.ultrathink.understudy.inference.PoolFixture.get;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.testkit.Signals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Treatments in a real worker, with real networks, real crashes and real signals. */
@Tag("libtorch")
@Timeout(180)
class WorkerTest {

    /** Divides an integer by zero for one kind of row: SIGFPE, which ends the process. */
    private static final String[] CRASHING = {
        "d = int(torch.min(torch.to(torch.ne(torch.slice(x, 1, 0, 1), 777.), 4)))",
        "z = torch.add(torch.slice(x, 1, 0, 3), torch.remainder(7, d))",
        "return torch.softmax(torch.add(z, CONSTANTS.c0), 1)"
    };

    private static final Features SOUND = Features.of(0.5f, -1, 0.25f, 2);

    @TempDir
    Path root = Path.of("");

    private WorkerFixture fixture = new WorkerFixture(root, new QuickTreatment());

    @BeforeEach
    void start() {
        use(root, new QuickTreatment());
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void use(Path models, QuickTreatment config) {
        fixture.close();
        fixture = new WorkerFixture(models, config);
    }

    @Test
    void shipped_models_answer_bit_for_bit_as_in_this_process() throws IOException {
        use(Path.of("models"), new QuickTreatment());
        fixture.load();
        List<Features> days;
        try (Stream<String> lines = Files.lines(Path.of("models/replay/sp500.csv"))) {
            days = lines.skip(1).limit(300).map(WorkerTest::features).toList();
        }
        for (String model : List.of("universal", "bull_specialist", "bull_specialist_v2", "bear_specialist")) {
            List<CompletableFuture<Outcome>> here = days.stream()
                    .map(day -> fixture.ask(model, Variant.CONTROL, day))
                    .toList();
            List<CompletableFuture<Outcome>> there = days.stream()
                    .map(day -> fixture.ask(model, Variant.TREATMENT, day))
                    .toList();
            for (int day = 0; day < days.size(); day++) {
                Outcome.Answered answer = assertInstanceOf(Outcome.Answered.class, get(here.get(day)));
                Outcome.Answered again = assertInstanceOf(Outcome.Answered.class, get(there.get(day)));
                assertEquals(answer.answer(), again.answer(), model + ", day " + day);
                assertEquals(answer.by(), again.by());
                assertTrue(again.latencyNanos() > 0);
            }
            assertEquals(
                    get(fixture.ask(model, Variant.CONTROL, days.getFirst())) instanceof Outcome.Answered one
                            ? one.answer()
                            : null,
                    get(fixture.ask(model, Variant.TREATMENT, days.getFirst())) instanceof Outcome.Answered other
                            ? other.answer()
                            : null,
                    "alone");
        }
        assertTrue(fixture.models().answered("universal", Variant.TREATMENT) >= days.size());
    }

    @Test
    void a_crash_ends_the_worker_alone_and_what_is_in_flight_fails_at_once_with_the_cause() throws IOException {
        write("crashing", CRASHING);
        write("sound", ScriptedModel.SOUND);
        ProcessHandle worker = fixture.worker();
        Outcome before = fixture.answer("sound", Variant.CONTROL, SOUND);

        long start = System.nanoTime();
        CompletableFuture<Outcome> crash = fixture.ask("crashing", Variant.TREATMENT, poison(1));
        List<CompletableFuture<Outcome>> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            others.add(fixture.ask("sound", Variant.TREATMENT, SOUND));
        }
        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, get(crash));
        others.forEach(PoolFixture::get);
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertEquals("the worker of the treatments ended: it ended with SIGFPE", failed.detail());
        assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, () -> "took " + took);
        assertSame(before, fixture.answer("sound", Variant.CONTROL, SOUND));
        fixture.awaitServing();
        assertFalse(worker.isAlive());
        assertSame(before, fixture.answer("sound", Variant.TREATMENT, SOUND));
        assertInstanceOf(Outcome.Answered.class, fixture.answer("crashing", Variant.TREATMENT, SOUND));
        assertEquals(1, deaths("sigfpe"));
    }

    @Test
    void a_row_in_flight_at_two_deaths_is_quarantined_and_no_other_row_is() throws IOException {
        write("crashing", CRASHING);
        for (int death = 1; death <= 2; death++) {
            List<CompletableFuture<Outcome>> company = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                company.add(fixture.ask("crashing", Variant.TREATMENT, Features.of(1, 2, 3, i)));
            }
            CompletableFuture<Outcome> crash = fixture.ask("crashing", Variant.TREATMENT, poison(1));
            company.forEach(PoolFixture::get);
            assertInstanceOf(Outcome.Failed.class, get(crash));
            fixture.awaitServing();
        }

        Outcome third = fixture.answer("crashing", Variant.TREATMENT, poison(1));

        assertTrue(
                assertInstanceOf(Outcome.Failed.class, third).detail().startsWith("these features"), third::toString);
        for (int i = 0; i < 10; i++) {
            Outcome outcome = fixture.answer("crashing", Variant.TREATMENT, Features.of(1, 2, 3, i));
            assertInstanceOf(Outcome.Answered.class, outcome, outcome::toString);
        }
        assertEquals(2, deaths("sigfpe"));
    }

    @Test
    void three_deaths_take_a_version_out_of_use_until_there_is_another() throws IOException {
        write("crashing", CRASHING);
        write("sound", ScriptedModel.SOUND);
        for (int death = 1; death <= 3; death++) {
            fixture.awaitServing();
            fixture.answer("crashing", Variant.TREATMENT, poison(death));
            // the first start follows at once, the others after a pause
            if (death > 1) {
                assertAwayBecause("SIGFPE");
            }
        }
        fixture.awaitServing();

        Outcome.Failed out =
                assertInstanceOf(Outcome.Failed.class, fixture.answer("crashing", Variant.TREATMENT, SOUND));

        assertTrue(out.detail().startsWith("it is out of use because it ended its worker 3 times"), out.detail());
        assertTrue(out.detail().contains("SIGFPE"), out.detail());
        assertEquals(List.of(new OutOfUse("crashing", out.detail())), fixture.outOfUse());
        Outcome probed = fixture.models()
                .probe("crashing", Variant.TREATMENT, WorkerFixture.DEADLINE)
                .await()
                .indefinitely();
        assertInstanceOf(Outcome.Failed.class, probed, "the guard stays open because the probe fails");
        assertInstanceOf(Outcome.Answered.class, fixture.answer("sound", Variant.TREATMENT, SOUND));
        ScriptedModel.write(root.resolve("crashing"), ScriptedModel.SOUND);
        fixture.load();
        assertInstanceOf(Outcome.Answered.class, fixture.answer("crashing", Variant.TREATMENT, SOUND));
    }

    @Test
    void a_folder_that_ends_its_loader_is_refused_with_the_cause_and_the_others_serve() throws IOException {
        ScriptedModel.write(
                root.resolve("hostile"),
                "d = int(torch.sum(torch.mul(x, 0.)))",
                "return torch.add(torch.slice(x, 1, 0, 3), torch.remainder(7, d))");
        write("sound", ScriptedModel.SOUND);

        ModelStatus hostile = fixture.models().status().getFirst();

        assertEquals(ModelStatus.State.FAILED, hostile.state());
        assertTrue(
                String.valueOf(hostile.reason()).startsWith("it ended the process that loads it: it ended with SIGFPE"),
                hostile::toString);
        assertInstanceOf(Outcome.Answered.class, fixture.answer("sound", Variant.TREATMENT, SOUND));
    }

    @Test
    void a_worker_that_is_killed_under_load_fails_only_what_was_in_flight_and_another_goes_on() throws IOException {
        write("sound", ScriptedModel.SOUND);
        Random random = new Random(1);
        ProcessHandle worker = fixture.worker();
        List<CompletableFuture<Outcome>> treatments = new ArrayList<>();
        List<CompletableFuture<Outcome>> controls = new ArrayList<>();

        for (int i = 0; i < 2_000; i++) {
            Features row = Features.of(random.nextFloat(), random.nextFloat(), random.nextFloat(), random.nextFloat());
            treatments.add(fixture.ask("sound", Variant.TREATMENT, row));
            controls.add(fixture.ask("sound", Variant.CONTROL, row));
            if (i == 1_000) {
                get(treatments.getFirst());
                worker.destroyForcibly();
            }
        }

        long answered = treatments.stream()
                .filter(call -> get(call) instanceof Outcome.Answered)
                .count();
        for (CompletableFuture<Outcome> control : controls) {
            assertInstanceOf(Outcome.Answered.class, get(control));
        }
        fixture.awaitServing();
        assertNotEquals(worker.pid(), fixture.worker().pid());
        assertTrue(answered > 0);
        assertInstanceOf(Outcome.Answered.class, fixture.answer("sound", Variant.TREATMENT, SOUND));
    }

    @Test
    void a_signal_that_asks_for_an_end_is_left_to_the_service_and_the_worker_answers_on() throws IOException {
        write("sound", ScriptedModel.SOUND);
        ProcessHandle worker = fixture.worker();

        // a process whose first ancestor was started in the background never sees an INT
        Signals.send("TERM", Stream.of(worker));
        await("it has been noticed")
                .atMost(Duration.ofSeconds(30))
                .until(() -> threads(worker).contains("until-killed"));
        Signals.send("INT", Stream.of(worker));

        assertInstanceOf(Outcome.Answered.class, fixture.answer("sound", Variant.TREATMENT, SOUND));
        assertEquals(worker.pid(), fixture.worker().pid());
        fixture.close();
        await("it ends with the service").atMost(Duration.ofSeconds(30)).until(() -> !worker.isAlive());
    }

    @Test
    void a_worker_that_hangs_is_ended_and_started_again() throws IOException {
        use(root, new QuickTreatment(Duration.ofSeconds(1), 3, 8_192));
        write("sound", ScriptedModel.SOUND);
        ProcessHandle worker = fixture.worker();
        Signals.send("STOP", Stream.of(worker));

        Outcome.Failed hung = assertInstanceOf(Outcome.Failed.class, fixture.answer("sound", Variant.TREATMENT, SOUND));

        assertTrue(hung.detail().contains("took longer than 1000 ms"), hung.detail());
        fixture.awaitServing();
        assertInstanceOf(Outcome.Answered.class, fixture.answer("sound", Variant.TREATMENT, SOUND));
        Signals.send("STOP", Stream.of(fixture.worker()));
        await("an idle one is noticed, too").atMost(Duration.ofSeconds(30)).until(() -> deaths("hang") == 2);
    }

    @Test
    void a_worker_that_takes_too_much_memory_is_ended() throws IOException {
        use(root, new QuickTreatment(Duration.ofSeconds(60), 3, 450));
        write(
                "greedy",
                "n = int(torch.max(torch.to(torch.eq(torch.slice(x, 1, 0, 1), 777.), 4)))",
                "big = torch.ones([torch.mul(n, 100000000)])",
                "s = torch.sum(torch.exp(torch.exp(torch.exp(torch.neg(torch.exp(torch.neg(big)))))))",
                "z = torch.add(torch.slice(x, 1, 0, 3), torch.mul(s, 0.))",
                "return torch.softmax(torch.add(z, CONSTANTS.c0), 1)");

        Outcome.Failed greedy =
                assertInstanceOf(Outcome.Failed.class, fixture.answer("greedy", Variant.TREATMENT, poison(1)));

        assertTrue(greedy.detail().contains("MB of memory in use, and 450 MB are allowed"), greedy.detail());
        assertInstanceOf(Outcome.Answered.class, fixture.answer("greedy", Variant.CONTROL, SOUND));
        fixture.awaitServing();
        assertInstanceOf(Outcome.Answered.class, fixture.answer("greedy", Variant.TREATMENT, SOUND));
        assertEquals(1, deaths("memory"));
    }

    @Test
    void the_worker_ends_with_its_parent_however_that_ends() throws Exception {
        ScriptedModel.write(root.resolve("sound"), ScriptedModel.SOUND);
        Process parent = WorkerParent.start(root);
        long pid = Long.parseLong(parent.inputReader().readLine());
        ProcessHandle worker = ProcessHandle.of(pid).orElseThrow();
        assertTrue(worker.isAlive());

        parent.destroyForcibly();

        await().until(() -> !worker.isAlive());
    }

    /** Writes a folder and loads it. */
    private void write(String name, String... lines) throws IOException {
        ScriptedModel.write(root.resolve(name), lines);
        fixture.load();
    }

    /** Rows that crash; each number is another row. */
    private static Features poison(int number) {
        return Features.of(777, number, 0, 0);
    }

    private static void assertSame(Outcome expected, Outcome got) {
        assertEquals(
                assertInstanceOf(Outcome.Answered.class, expected).answer(),
                assertInstanceOf(Outcome.Answered.class, got, got::toString).answer());
    }

    /** Calls are refused at once, with the cause, and are no failures of the model. */
    private void assertAwayBecause(String signal) {
        Outcome.Rejected away =
                assertInstanceOf(Outcome.Rejected.class, fixture.answer("sound", Variant.TREATMENT, SOUND));
        assertTrue(away.detail().startsWith("no worker runs treatments now: "), away.detail());
        assertTrue(away.detail().endsWith("it ended with " + signal), away.detail());
        assertInstanceOf(Outcome.Answered.class, fixture.answer("sound", Variant.CONTROL, SOUND));
    }

    private static List<String> threads(ProcessHandle process) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            for (Path task : tasks.toList()) {
                names.add(Files.readString(task.resolve("comm")).strip());
            }
        }
        return names;
    }

    private double deaths(String cause) {
        return fixture.registry().find("understudy.worker.deaths").tag("cause", cause).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
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
