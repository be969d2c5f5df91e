package ai.ultrathink.understudy;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The environment variables that a start depends on, checked before anything is started. */
record Settings(Optional<String> databaseUrl, Path modelsDir, Path dataDir) {

    /**
     * @throws IllegalArgumentException with one line: which variable, what it is, what is allowed
     */
    static Settings of(Map<String, String> environment) {
        Optional<String> databaseUrl = value(environment, "DATABASE_URL");
        databaseUrl.ifPresent(Settings::checkUrl);
        value(environment, "QUARKUS_HTTP_PORT").ifPresent(Settings::checkPort);
        Path models = Path.of(value(environment, "UNDERSTUDY_MODELS_DIR").orElse("models"));
        if (!Files.isDirectory(models)) {
            throw refused(
                    "UNDERSTUDY_MODELS_DIR", models.toString(), "a directory that exists, with one folder per model");
        }
        Path data = Path.of(value(environment, "UNDERSTUDY_DATA_DIR").orElse("data"));
        if (Files.exists(data) && !Files.isDirectory(data)) {
            throw refused("UNDERSTUDY_DATA_DIR", data.toString(), "a directory, or a path where one can be made");
        }
        return new Settings(databaseUrl, models, data);
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private static void checkUrl(String url) {
        try {
            URI uri = new URI(url);
            boolean scheme = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
            if (scheme
                    && uri.getHost() != null
                    && uri.getPath() != null
                    && uri.getPath().length() > 1) {
                return;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw refused("DATABASE_URL", url.replaceAll("//[^/@]*@", "//…@"), "postgresql://host:port/database");
    }

    private static void checkPort(String port) {
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            throw refused("QUARKUS_HTTP_PORT", port, "a number from 0 to 65535");
        }
    }

    private static IllegalArgumentException refused(String name, String got, String allowed) {
        return new IllegalArgumentException(name + ": got \"" + got + "\"; allowed: " + allowed);
    }
}
