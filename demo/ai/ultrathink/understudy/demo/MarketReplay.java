package ai.ultrathink.understudy.demo;

import ai.ultrathink.understudy.testkit.MarketDay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Compares two trading models on four years of the S&P 500: starts the packaged service, rehearses the second model in
 * shadow, gives it 20% of the accounts, prints what came of it, lets the service ramp it up by itself and roll a spoilt model back,
 * and keeps serving until Ctrl-C.
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
                "Understudy: two trading models on %,d days of the S&P 500, %s to %s%n%n",
                history.size(), history.getFirst().date(), history.getLast().date());
        Api api = service.start();
        DemoExperiments tests = new DemoExperiments(api);
        tests.disableLeftOvers();

        String shadow = new ShadowAct(api, tests, history).play();
        String split = new SplitAct(api, tests, history).play();
        tests.disable(split);
        String ramp = new RampAct(api, tests, history).play();
        String rolledBack = new RollbackAct(api, tests, history).play();

        System.out.println("\nWhere to look next");
        new Table()
                .row("API", api.at("/api/v1/ab-test/list"))
                .row("", api.at("/api/v1/ab-test/" + shadow + "/disagreements"))
                .row("", api.at("/api/v1/ab-test/" + split + "/stats"))
                .row("", api.at("/api/v1/ab-test/" + ramp + "/report"))
                .row("", api.at("/api/v1/ab-test/" + rolledBack + "/events"))
                .row("Swagger UI", api.at("/q/swagger-ui"))
                .row("Metrics", api.at("/q/metrics"))
                .row("Health", api.at("/q/health"))
                .row("Service's log", DemoService.LOG.toString())
                .print();
    }
}
