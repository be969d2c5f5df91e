package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.bench.Contender.Mode;
import ai.ultrathink.understudy.testkit.Directories;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Measures what callers wait over the rate of requests: without a test, in a split, in a shadow. Once the service has a core of its own, once
 * it shares both cores with PostgreSQL and the generator.
 *
 * <p>Run it with {@code make bench-curve}.
 */
final class CurveBench {

    private static final int SATURATIONS = 3;
    private static final int WARM_UP_RUNS = 4;

    private final BenchSettings settings;

    private CurveBench(BenchSettings settings) {
        this.settings = settings;
    }

    /** Measures and writes. */
    public static void main(String[] arguments) {
        Measuring.andExit(() -> new CurveBench(BenchSettings.ofCurve(System.getenv())).run());
    }

    private void run() throws IOException, SQLException, InterruptedException {
        String load = Machine.load();
        List<LatencyCurve> curves = new ArrayList<>();
        CurveReport report = new CurveReport(settings, curves);
        Cores cores = Cores.allowed();
        for (CorePlacement placement : CorePlacement.values()) {
            Directories.delete(BenchSettings.DATA);
            placement.moveHere(cores);
            System.out.println("The service has " + placement.text());
            try (Postgres postgres = Postgres.start(BenchSettings.DATA.toAbsolutePath())) {
                curves.add(measure(placement, cores, postgres));
                report.add("PostgreSQL", postgres.version() + ", the service's own, fsync on");
            }
            Directories.delete(BenchSettings.DATA);
        }
        report.add("load average before the start", load);
        report.write();
    }

    private LatencyCurve measure(CorePlacement placement, Cores cores, Postgres postgres)
            throws IOException, InterruptedException {
        UnderstudyContender service = UnderstudyContender.start(placement.startingService(cores), postgres);
        try (ServiceProcess process = service.process()) {
            URI uri = process.at("");
            PreparedRequests requests = PreparedRequests.predictions(uri.getAuthority(), Contender.CONTROL);
            try (LoadGenerator generator = LoadGenerator.open(
                    new InetSocketAddress(uri.getHost(), uri.getPort()), requests, Wrk.CONNECTIONS)) {
                generator.takePrecedence();
                LatencyCurve curve = LatencyCurve.empty(placement, saturation(service, generator));
                System.out.printf("   a shadow is saturated at %,.0f requests/s%n", curve.saturation());
                rounds(service, generator, curve);
                return curve;
            }
        }
    }

    /** Requests a second in a shadow as fast as they are answered, when the service and the generator are warm. */
    private double saturation(UnderstudyContender service, LoadGenerator generator)
            throws IOException, InterruptedException {
        for (Mode mode : Mode.values()) {
            saturate(service, mode, settings.run().multipliedBy(WARM_UP_RUNS));
        }
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < SATURATIONS; i++) {
            rates.add(saturate(service, Mode.SHADOW, settings.run()));
        }
        double rate = Medians.of(rates, each -> each);
        for (Mode mode : Mode.values()) {
            paced(service, generator, mode, rate / 2);
        }
        return rate;
    }

    private static double saturate(UnderstudyContender service, Mode mode, Duration time)
            throws IOException, InterruptedException {
        service.use(mode);
        double rate = Wrk.saturate(service.process(), Wrk.PREDICT, Contender.CONTROL, time)
                .rate();
        service.drain(0);
        return rate;
    }

    private void rounds(UnderstudyContender service, LoadGenerator generator, LatencyCurve curve)
            throws IOException, InterruptedException {
        List<Integer> percents = new ArrayList<>(LatencyCurve.PERCENTS);
        List<Mode> modes = new ArrayList<>(List.of(Mode.values()));
        for (int round = 1; round <= settings.rounds(); round++) {
            for (int percent : percents) {
                for (Mode mode : modes) {
                    CurvePoint point = new CurvePoint(percent, mode);
                    curve.at(point).add(paced(service, generator, mode, curve.rate(point)));
                }
                // each mode is first as often, and next to each of the others
                Collections.rotate(modes, 1);
            }
            Collections.reverse(modes);
            Collections.rotate(percents, 1);
            System.out.printf("   round %d of %d%n", round, settings.rounds());
        }
    }

    private LoadResult paced(UnderstudyContender service, LoadGenerator generator, Mode mode, double rate)
            throws IOException, InterruptedException {
        service.use(mode);
        LoadResult result = generator.run(rate, settings.run());
        // what is left to write must not weigh on the next mode
        service.drain(0);
        return result;
    }
}
