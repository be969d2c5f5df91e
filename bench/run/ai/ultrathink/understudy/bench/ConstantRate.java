package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.bench.Contender.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the callers of this service wait in each mode at the same rate of requests.
 *
 * <p>wrk has no constant rate. Each of its connections pauses between an answer and its next request, and the pause is corrected
 * after every run, for each mode by itself, until the rate is the wanted one. Runs are short and their order changes, so that
 * a disturbance of the machine meets all modes alike.
 */
final class ConstantRate {

    private final BenchSettings settings;
    private final Contender service;
    private final double rate;
    private final Map<Mode, Double> thinkMillis = new EnumMap<>(Mode.class);
    private final Map<Mode, List<Wrk.Result>> runs = new EnumMap<>(Mode.class);

    /** @param rate requests a second */
    ConstantRate(BenchSettings settings, Contender service, double rate) {
        this.settings = settings;
        this.service = service;
        this.rate = rate;
        for (Mode mode : Mode.values()) {
            thinkMillis.put(mode, Wrk.CONNECTIONS * 1000 / rate);
            runs.put(mode, new ArrayList<>());
        }
    }

    double wantedRate() {
        return rate;
    }

    double p50(Mode mode) {
        return Medians.of(runs(mode), Wrk.Result::p50);
    }

    double p99(Mode mode) {
        return Medians.of(runs(mode), Wrk.Result::p99);
    }

    double rate(Mode mode) {
        return Medians.of(runs(mode), Wrk.Result::rate);
    }

    long failures(Mode mode) {
        return runs(mode).stream().mapToLong(Wrk.Result::failures).sum();
    }

    private List<Wrk.Result> runs(Mode mode) {
        return Objects.requireNonNull(runs.get(mode));
    }

    int rounds() {
        return runs(Mode.NO_TEST).size();
    }

    void measure() throws IOException, InterruptedException {
        service.process().thaw();
        // the first two find the pause
        for (int i = 0; i < 2; i++) {
            for (Mode mode : Mode.values()) {
                run(mode);
            }
        }
        List<Mode> order = new ArrayList<>(List.of(Mode.values()));
        for (int round = 1; round <= settings.pacedRounds(); round++) {
            Collections.rotate(order, 1);
            if (round % 3 == 0) {
                Collections.swap(order, 0, 1);
            }
            for (Mode mode : order) {
                runs(mode).add(run(mode));
            }
        }
        for (Mode mode : Mode.values()) {
            System.out.printf("   %-8s %,9.0f/s   p50 %.3f ms   p99 %.3f ms%n", mode, rate(mode), p50(mode), p99(mode));
        }
    }

    private Wrk.Result run(Mode mode) throws IOException, InterruptedException {
        service.use(mode);
        Wrk.Result result = Wrk.paced(
                service.process(),
                Contender.CONTROL,
                Objects.requireNonNull(thinkMillis.get(mode)),
                settings.pacedRun());
        // what is left to write shall not weigh on the next mode
        service.drain(0);
        double missing = Wrk.CONNECTIONS * 1000 / rate - Wrk.CONNECTIONS * 1000 / result.rate();
        thinkMillis.merge(mode, missing, (pause, change) -> Math.max(0.001, pause + change));
        return result;
    }
}
