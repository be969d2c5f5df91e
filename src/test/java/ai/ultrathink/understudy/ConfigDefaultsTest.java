package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithDefault;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A default is a promise: whoever changes one changes this table as well. */
public class ConfigDefaultsTest {

    static final String UNSET = "(unset)";

    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("understudy.access.bad-credentials-per-second", "50"),
            Map.entry("understudy.access.requests-per-second", "0"),
            Map.entry("understudy.audit.attempts", "5"),
            Map.entry("understudy.audit.queue-capacity", "1000"),
            Map.entry("understudy.audit.retention", "1827d"),
            Map.entry("understudy.audit.retry-after", "1s"),
            Map.entry("understudy.catalog.fence-after", "30s"),
            Map.entry("understudy.catalog.poll-every", "500ms"),
            Map.entry("understudy.data.dir", "data"),
            Map.entry("understudy.fleet.alive-within", "5s"),
            Map.entry("understudy.fleet.beat-every", "500ms"),
            Map.entry("understudy.fleet.drain-for", "10s"),
            Map.entry("understudy.fleet.reload-within", "60s"),
            Map.entry("understudy.fleet.switch-after", "2s"),
            Map.entry("understudy.guard.failure-rate", "0.2"),
            Map.entry("understudy.guard.failures-in-row", "5"),
            Map.entry("understudy.guard.minimum-calls", "20"),
            Map.entry("understudy.guard.open-at-most", "60s"),
            Map.entry("understudy.guard.open-for", "5s"),
            Map.entry("understudy.guard.successes-to-close", "3"),
            Map.entry("understudy.guard.trial-expiry", "1m"),
            Map.entry("understudy.guard.trials", "3"),
            Map.entry("understudy.guard.window", "10s"),
            Map.entry("understudy.http.max-connections-per-peer", "1792"),
            Map.entry("understudy.changes.max-streams", "200"),
            Map.entry("understudy.changes.look-every", "3s"),
            Map.entry("understudy.inference.deadline-resolution", "5ms"),
            Map.entry("understudy.inference.load-within", "30s"),
            Map.entry("understudy.inference.max-batch", "64"),
            Map.entry("understudy.inference.max-network-size", "2G"),
            Map.entry("understudy.inference.max-stuck", "16"),
            Map.entry("understudy.inference.queue-capacity", "1024"),
            Map.entry("understudy.inference.stuck-after", "1s"),
            Map.entry("understudy.inference.threads", UNSET),
            Map.entry("understudy.journal.buffer", "4000"),
            Map.entry("understudy.journal.drain-timeout", "5s"),
            Map.entry("understudy.journal.flush-every", "250ms"),
            Map.entry("understudy.journal.in-flight", "3"),
            Map.entry("understudy.journal.max-batch", "4000"),
            Map.entry("understudy.journal.max-size", "1G"),
            Map.entry("understudy.journal.memory-entries", "20000"),
            Map.entry("understudy.journal.min-free", "512M"),
            Map.entry("understudy.journal.retry-after", "500ms"),
            Map.entry("understudy.journal.segment-size", "8M"),
            Map.entry("understudy.journal.shadow-timeout", "70s"),
            Map.entry("understudy.log.json", "false"),
            Map.entry("understudy.remote.connect-within", "1s"),
            Map.entry("understudy.remote.load-within", "5s"),
            Map.entry("understudy.remote.passes", "8"),
            Map.entry("understudy.treatment.death-window", "1m"),
            Map.entry("understudy.treatment.hang-after", "5s"),
            Map.entry("understudy.treatment.max-deaths", "3"),
            Map.entry("understudy.treatment.max-memory", "4G"),
            Map.entry("understudy.treatment.runtime", "worker"),
            Map.entry("understudy.treatment.start-within", "20s"),
            Map.entry("understudy.models.default-model", "universal"),
            Map.entry("understudy.models.dir", "models"),
            Map.entry("understudy.notices.max-attempts", "36"),
            Map.entry("understudy.notices.max-sending", "8"),
            Map.entry("understudy.notices.poll-every", "1s"),
            Map.entry("understudy.notices.report-every", "15s"),
            Map.entry("understudy.notices.retry-after", "1s"),
            Map.entry("understudy.notices.retry-at-most", "1h"),
            Map.entry("understudy.notices.send-within", "10s"),
            Map.entry("understudy.notices.source", "understudy"),
            Map.entry("understudy.outcomes.max-queued", "64"),
            Map.entry("understudy.outcomes.max-waiting", "1000000"),
            Map.entry("understudy.outcomes.retention", "400d"),
            Map.entry("understudy.outcomes.wait-at-most", "7d"),
            Map.entry("understudy.probe.control-deadline", "1s"),
            Map.entry("understudy.probe.control-misses", "3"),
            Map.entry("understudy.probe.every", "5s"),
            Map.entry("understudy.probe.every-at-most", "60s"),
            Map.entry("understudy.probe.treatment-deadline", "1s"),
            Map.entry("understudy.probe.treatment-misses", "2"),
            Map.entry("understudy.rollout.evaluate-every", "5s"),
            Map.entry("understudy.rollout.evidence-timeout", "5s"),
            Map.entry("understudy.rollout.history-every", "15s"),
            Map.entry("understudy.rollout.lead-every", "1s"),
            Map.entry("understudy.storage.clean-up-every", "1h"),
            Map.entry("understudy.storage.lock-timeout", "5s"),
            Map.entry("understudy.storage.max-waiting", "256"),
            Map.entry("understudy.storage.poll-timeout", "2s"),
            Map.entry("understudy.storage.query-timeout", "5s"),
            Map.entry("understudy.storage.retention", "90d"),
            Map.entry("understudy.storage.retry-after", "1s"),
            Map.entry("understudy.storage.schema", UNSET),
            Map.entry("understudy.storage.silence-timeout", "15s"),
            Map.entry("understudy.storage.timescale", "auto"),
            Map.entry("understudy.trial.control-deadline", "1s"),
            Map.entry("understudy.trial.hedge-fraction", "0.5"),
            Map.entry("understudy.trial.max-in-flight", "1024"),
            Map.entry("understudy.trial.max-in-flight-with-shadow", "512"),
            Map.entry("understudy.trial.noise-fraction", "0"),
            Map.entry("understudy.trial.tally-every", "2s"),
            Map.entry("understudy.trial.treatment-deadline", "200ms"));

    // to look for them takes seconds
    private static final List<? extends Class<?>> MAPPINGS = mappings();

    /** The names of all settings, for tests that hold other files to them. */
    public static Set<String> settings() {
        return DEFAULTS.keySet();
    }

    /** The default of each setting. */
    static Map<String, String> defaults() {
        return DEFAULTS;
    }

    /** The methods that are settings. */
    static List<Method> methods() {
        return MAPPINGS.stream()
                .flatMap(mapping -> Stream.of(mapping.getDeclaredMethods()))
                .toList();
    }

    /** The name of a setting. */
    static String name(Method setting) {
        return setting.getDeclaringClass().getAnnotation(ConfigMapping.class).prefix() + "." + kebab(setting.getName());
    }

    @Test
    void every_setting_has_the_default_that_is_promised() {
        Map<String, String> defaults = new TreeMap<>();
        for (Method setting : methods()) {
            WithDefault byDefault = setting.getAnnotation(WithDefault.class);
            defaults.put(name(setting), byDefault == null ? UNSET : byDefault.value());
        }

        assertEquals(new TreeMap<>(DEFAULTS), defaults);
    }

    @Test
    void the_defaults_alone_make_a_configuration() {
        for (Class<?> mapping : MAPPINGS) {
            assertNotNull(new SmallRyeConfigBuilder()
                    .addDiscoveredConverters()
                    .withMapping(mapping)
                    .build()
                    .getConfigMapping(mapping));
        }
    }

    private static List<? extends Class<?>> mappings() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(ArchitectureTest.ROOT).stream()
                        .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
                        .map(JavaClass::reflect)
                        .toList();
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
