package ai.ultrathink.understudy;

import ai.ultrathink.understudy.SettingBound.Anything;
import ai.ultrathink.understudy.SettingBound.Count;
import ai.ultrathink.understudy.SettingBound.Fraction;
import ai.ultrathink.understudy.SettingBound.Size;
import ai.ultrathink.understudy.SettingBound.Time;
import ai.ultrathink.understudy.SettingBound.Words;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What each setting of the service may be. The defaults and their meanings are at the settings themselves. Checked before anything starts,
 * so that a value that makes no sense is one line and not a service that behaves strangely.
 */
final class SettingBounds {

    private static final SettingBound SOME_PATH = new Anything();
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration CENTURY = Duration.ofDays(36_500);

    private static final Map<String, SettingBound> BOUNDS = new TreeMap<>(Map.ofEntries(
            Map.entry("understudy.access.bad-credentials-per-second", new Count(0, 1_000_000)),
            Map.entry("understudy.access.requests-per-second", new Count(0, 1_000_000)),
            Map.entry("understudy.audit.attempts", new Count(1, 1_000)),
            Map.entry("understudy.audit.queue-capacity", new Count(1, 1_000_000)),
            Map.entry("understudy.audit.retention", new Time(Duration.ofDays(90), CENTURY)),
            Map.entry("understudy.audit.retry-after", new Time(millis(10), minutes(5))),
            Map.entry("understudy.catalog.fence-after", new Time(seconds(1), minutes(10))),
            Map.entry("understudy.catalog.poll-every", new Time(millis(10), minutes(1))),
            Map.entry("understudy.changes.look-every", new Time(millis(100), seconds(5))),
            Map.entry("understudy.changes.max-streams", new Count(0, 100_000)),
            Map.entry("understudy.data.dir", SOME_PATH),
            Map.entry("understudy.fleet.alive-within", new Time(millis(100), minutes(5))),
            Map.entry("understudy.fleet.beat-every", new Time(millis(10), minutes(1))),
            Map.entry("understudy.fleet.drain-for", new Time(Duration.ZERO, minutes(10))),
            Map.entry("understudy.fleet.reload-within", new Time(seconds(1), Duration.ofHours(1))),
            Map.entry("understudy.fleet.switch-after", new Time(millis(10), minutes(5))),
            Map.entry("understudy.guard.failure-rate", new Fraction(0.001, 1)),
            Map.entry("understudy.guard.failures-in-row", new Count(1, 1_000_000)),
            Map.entry("understudy.guard.minimum-calls", new Count(1, 1_000_000)),
            Map.entry("understudy.guard.open-at-most", new Time(millis(10), DAY)),
            Map.entry("understudy.guard.open-for", new Time(millis(10), DAY)),
            Map.entry("understudy.guard.successes-to-close", new Count(1, 1_000_000)),
            Map.entry("understudy.guard.trial-expiry", new Time(millis(100), Duration.ofHours(1))),
            Map.entry("understudy.guard.trials", new Count(1, 1_000)),
            Map.entry("understudy.guard.window", new Time(millis(100), Duration.ofHours(1))),
            Map.entry("understudy.http.max-connections-per-peer", new Count(1, 1_000_000)),
            Map.entry("understudy.inference.deadline-resolution", new Time(millis(1), seconds(1))),
            Map.entry("understudy.inference.load-within", new Time(millis(100), Duration.ofHours(1))),
            Map.entry("understudy.inference.max-batch", new Count(1, 4_096)),
            Map.entry("understudy.inference.max-network-size", new Size(1L << 10, 1L << 40)),
            Map.entry("understudy.inference.max-stuck", new Count(1, 1_024)),
            Map.entry("understudy.inference.queue-capacity", new Count(1, 1_000_000)),
            Map.entry("understudy.inference.stuck-after", new Time(millis(10), minutes(10))),
            Map.entry("understudy.inference.threads", new Count(1, 512)),
            Map.entry("understudy.journal.buffer", new Count(1, 100_000)),
            Map.entry("understudy.journal.drain-timeout", new Time(Duration.ZERO, Duration.ofHours(1))),
            Map.entry("understudy.journal.flush-every", new Time(millis(1), minutes(1))),
            Map.entry("understudy.journal.in-flight", new Count(1, 64)),
            Map.entry("understudy.journal.max-batch", new Count(1, 100_000)),
            Map.entry("understudy.journal.max-size", new Size(1L << 16, 1L << 44)),
            Map.entry("understudy.journal.memory-entries", new Count(1, 10_000_000)),
            Map.entry("understudy.journal.min-free", new Size(0, 1L << 44)),
            Map.entry("understudy.journal.retry-after", new Time(millis(10), minutes(5))),
            Map.entry("understudy.journal.segment-size", new Size(1L << 16, 1L << 30)),
            Map.entry("understudy.journal.shadow-timeout", new Time(seconds(1), Duration.ofHours(1))),
            Map.entry("understudy.log.json", new Words(List.of("true", "false"))),
            Map.entry("understudy.models.default-model", SOME_PATH),
            Map.entry("understudy.models.dir", SOME_PATH),
            Map.entry("understudy.notices.max-attempts", new Count(1, 1_000)),
            Map.entry("understudy.notices.max-sending", new Count(1, 100)),
            Map.entry("understudy.notices.poll-every", new Time(millis(10), minutes(1))),
            Map.entry("understudy.notices.report-every", new Time(millis(100), minutes(10))),
            Map.entry("understudy.notices.retry-after", new Time(millis(10), Duration.ofHours(1))),
            Map.entry("understudy.notices.retry-at-most", new Time(millis(10), DAY)),
            Map.entry("understudy.notices.send-within", new Time(millis(100), minutes(5))),
            Map.entry("understudy.notices.source", SOME_PATH),
            Map.entry("understudy.outcomes.max-queued", new Count(1, 100_000)),
            Map.entry("understudy.outcomes.max-waiting", new Count(0, 1_000_000_000_000L)),
            Map.entry("understudy.outcomes.retention", new Time(DAY, CENTURY)),
            Map.entry("understudy.outcomes.wait-at-most", new Time(seconds(1), CENTURY)),
            Map.entry("understudy.probe.control-deadline", new Time(millis(1), minutes(1))),
            Map.entry("understudy.probe.control-misses", new Count(1, 1_000)),
            Map.entry("understudy.probe.every", new Time(millis(10), Duration.ofHours(1))),
            Map.entry("understudy.probe.every-at-most", new Time(millis(10), DAY)),
            Map.entry("understudy.probe.treatment-deadline", new Time(millis(1), minutes(1))),
            Map.entry("understudy.probe.treatment-misses", new Count(1, 1_000)),
            Map.entry("understudy.remote.connect-within", new Time(millis(10), minutes(1))),
            Map.entry("understudy.remote.load-within", new Time(millis(100), minutes(10))),
            Map.entry("understudy.remote.passes", new Count(2, 1_024)),
            Map.entry("understudy.rollout.evaluate-every", new Time(millis(10), Duration.ofHours(1))),
            Map.entry("understudy.rollout.evidence-timeout", new Time(millis(100), minutes(10))),
            Map.entry("understudy.rollout.history-every", new Time(Duration.ZERO, DAY)),
            Map.entry("understudy.rollout.lead-every", new Time(millis(10), minutes(1))),
            Map.entry("understudy.storage.clean-up-every", new Time(millis(100), DAY)),
            Map.entry("understudy.storage.lock-timeout", new Time(millis(100), minutes(10))),
            Map.entry("understudy.storage.max-waiting", new Count(1, 100_000)),
            Map.entry("understudy.storage.poll-timeout", new Time(millis(10), minutes(10))),
            Map.entry("understudy.storage.query-timeout", new Time(millis(10), minutes(10))),
            Map.entry("understudy.storage.retention", new Time(DAY, CENTURY)),
            Map.entry("understudy.storage.retry-after", new Time(millis(10), minutes(5))),
            Map.entry("understudy.storage.schema", SOME_PATH),
            Map.entry("understudy.storage.silence-timeout", new Time(millis(100), Duration.ofHours(1))),
            Map.entry("understudy.storage.timescale", new Words(List.of("auto", "never"))),
            Map.entry("understudy.treatment.death-window", new Time(millis(1), DAY)),
            Map.entry("understudy.treatment.hang-after", new Time(millis(100), Duration.ofHours(1))),
            Map.entry("understudy.treatment.max-deaths", new Count(1, 1_000_000)),
            Map.entry("understudy.treatment.max-memory", new Size(64L << 20, 1L << 44)),
            Map.entry("understudy.treatment.runtime", new Words(List.of("worker", "in_process"))),
            Map.entry("understudy.treatment.start-within", new Time(millis(100), minutes(10))),
            Map.entry("understudy.trial.control-deadline", new Time(millis(1), minutes(1))),
            Map.entry("understudy.trial.hedge-fraction", new Fraction(0, 1)),
            Map.entry("understudy.trial.max-in-flight", new Count(1, 1_000_000)),
            Map.entry("understudy.trial.max-in-flight-with-shadow", new Count(0, 1_000_000)),
            Map.entry("understudy.trial.noise-fraction", new Fraction(0, 1)),
            Map.entry("understudy.trial.tally-every", new Time(millis(10), Duration.ofHours(1))),
            Map.entry("understudy.trial.treatment-deadline", new Time(millis(1), minutes(1)))));

    private SettingBounds() {}

    /** The bound of each setting by its name, such as {@code understudy.trial.control-deadline}. */
    static Map<String, SettingBound> all() {
        return BOUNDS;
    }

    /** The environment variable of a setting. */
    static String variable(String setting) {
        return setting.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    }

    /**
     * The first setting that is not what it may be.
     *
     * @param environment the variables
     * @return a line that names the variable, its value and what is allowed
     */
    static Optional<String> broken(Map<String, String> environment) {
        for (Map.Entry<String, SettingBound> setting : BOUNDS.entrySet()) {
            String name = variable(setting.getKey());
            String value = environment.getOrDefault(name, "");
            if (!value.isBlank() && !setting.getValue().holds(value.strip())) {
                return Optional.of(name + ": got \"" + value + "\"; allowed: "
                        + setting.getValue().allowed());
            }
        }
        return Optional.empty();
    }

    private static Duration millis(long number) {
        return Duration.ofMillis(number);
    }

    private static Duration seconds(long number) {
        return Duration.ofSeconds(number);
    }

    private static Duration minutes(long number) {
        return Duration.ofMinutes(number);
    }
}
