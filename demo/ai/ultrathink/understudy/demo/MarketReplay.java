package ai.ultrathink.understudy.demo;

import ai.ultrathink.understudy.testkit.MarketDay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Compares two trading models on four years of the S&P 500. It starts the packaged service, shadows the second model, gives
 * it 20% of the accounts, lets the service ramp it up and roll a spoilt model back, reports what the market made of the days, and keeps
 * serving until Ctrl-C.
 *
 * <p>Run it with {@code make demo}. {@code --exit}, or DEMO_EXIT=1 in the environment, ends it after printing.
 */
final class MarketReplay {

    private MarketReplay() {}

    public static void main(String[] arguments) {
        boolean stay = !List.of(arguments).contains("--exit") && !"1".equals(System.getenv("DEMO_EXIT"));
        AtomicInteger status = new AtomicInteger();
        DemoService service = new DemoService(Path.of("").toAbsolutePath());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (service.stop()) {
                System.out.println("\nStopped.");
            }
            // a JVM that a signal ends would report the signal; for a person who pressed Ctrl-C nothing has failed
            Runtime.getRuntime().halt(status.get());
        }));
        try {
            play(service);
            if (stay) {
                System.out.println("\nServing until Ctrl-C.");
                service.awaitEnd();
            }
        } catch (DemoFailedException | IOException e) {
            if (!service.stopping()) {
                System.err.println("\n" + e.getMessage());
                status.set(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(status.get());
    }

    private static void play(DemoService service) throws IOException, InterruptedException {
        List<MarketDay> history = MarketDay.readAll();
        System.out.printf(
                "Understudy: two trading models on %,d days of the S&P 500, %s to %s%n",
                history.size(), history.getFirst().date(), history.getLast().date());
        Api api = service.start();
        System.out.println("Watch it at " + api.at("/console/"));
        DemoExperiments experiments = new DemoExperiments(api);
        experiments.disableLeftOvers();

        String ramp;
        try (DatedAnswers answers = DatedAnswers.connect(DemoService.DATA)) {
            List<NextDay> returns = NextDay.readAll();
            OutcomeSender outcomes = new OutcomeSender(api);
            String shadow = new ShadowAct(api, experiments, history).play();
            DaysAct days = new DaysAct(experiments, outcomes, answers, history);
            days.begin(shadow, returns);
            String split = new SplitAct(api, experiments, history).play();
            experiments.disable(split);
            ramp = new RampAct(api, experiments, history).play();
            new RollbackAct(api, experiments, history).play();
            days.play();
            new MinutesAct(experiments, outcomes, answers, shadow, returns).play();
        }

        System.out.println();
        System.out.println("API   " + api.at("/q/swagger-ui"));
        System.out.println("e.g.  " + api.at("/api/v1/ab-test/" + ramp + "/report"));
        System.out.println("Log   " + DemoService.LOG);
    }
}
