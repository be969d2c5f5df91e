package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.experiment.CallerNames;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/** Reads who may call from the configuration, as the start has read it from the environment. */
class AccessConfiguration {

    @Produces
    @Singleton
    AccessSettings settings(Config config) {
        return AccessSettings.of(variable -> value(config, variable));
    }

    @Produces
    @Singleton
    CallerNames names(AccessSettings settings) {
        return new CallerNames(!settings.isAnonymous());
    }

    private static Optional<String> value(Config config, String variable) {
        String property = variable.equals("QUARKUS_HTTP_HOST")
                ? "quarkus.http.host"
                : variable.replaceFirst("_", ".").replace('_', '-').toLowerCase(Locale.ROOT);
        return config.getOptionalValue(property, String.class).filter(value -> !value.isBlank());
    }
}
