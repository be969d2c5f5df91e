package ai.ultrathink.understudy.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Completes the meters of the libraries for Prometheus, whose conventions {@code promtool check metrics} checks: each has a help
 * text, and labels are in snake case. Those that it would read as something else are left out.
 */
@Singleton
class LibraryMeters {

    private static final String OURS = "understudy.";

    /** The first word of a name, and what these meters are about. */
    private static final Map<String, String> SUBJECTS = Map.of(
            "http", "HTTP server",
            "jvm", "Java virtual machine",
            "netty", "Netty",
            "postgresql", "connections to PostgreSQL",
            "sql", "pools of connections to PostgreSQL",
            "vertx", "Vert.x",
            "worker", "pools of worker threads");

    /** A time in nanoseconds, a number that is not part of a histogram, and a summary that has neither a count nor a sum. */
    private static final Set<String> LEFT_OUT =
            Set.of("process.cpu.time", "system.cpu.count", "http.server.connections");

    @Produces
    @Singleton
    MeterFilter completed() {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.getName().startsWith(OURS)
                        ? id
                        : new Meter.Id(id.getName(), labels(id), id.getBaseUnit(), help(id), id.getType());
            }

            @Override
            public MeterFilterReply accept(Meter.Id id) {
                return LEFT_OUT.contains(id.getName()) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
            }
        };
    }

    private static Tags labels(Meter.Id id) {
        return Tags.of(id.getTags().stream()
                .map(tag -> Tag.of(snakeCase(tag.getKey()), tag.getValue()))
                .toList());
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    private static @Nullable String help(Meter.Id id) {
        String given = id.getDescription();
        if (given != null && !given.isBlank()) {
            return given;
        }
        String subject = SUBJECTS.get(id.getName().replaceFirst("\\..*", ""));
        return subject == null
                ? given
                : "Of the " + subject + ": " + id.getName().replace('.', ' ');
    }
}
