package ai.ultrathink.understudy;

import ai.ultrathink.understudy.http.connection.TlsSettings;
import ai.ultrathink.understudy.http.identity.AccessSettings;
import ai.ultrathink.understudy.notice.NoticeSettings;
import ai.ultrathink.understudy.storage.db.DatabaseTls;
import ai.ultrathink.understudy.storage.db.SchemaName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Environment variables that the start depends on, validated before anything is started.
 *
 * @param loopbackOnly whether the service listens on loopback, because no credential is needed and no address is set
 */
record Settings(Optional<String> databaseUrl, Path modelsDir, Path dataDir, boolean loopbackOnly, TlsSettings tls) {

    private static final String HTTP_PORT = "QUARKUS_HTTP_PORT";
    private static final String HTTPS_PORT = "QUARKUS_HTTP_SSL_PORT";
    private static final String MANAGEMENT_PORT = "UNDERSTUDY_MANAGEMENT_PORT";
    private static final String DEFAULT_MODEL = "UNDERSTUDY_MODELS_DEFAULT_MODEL";
    private static final int SHOWN_NAMES = 30;

    /** The form that both drivers accept: Flyway's accepts neither the scheme "postgres" nor a user before the host. */
    private static final Pattern URL = Pattern.compile(
            "postgresql://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:(?<port>[0-9]+))?/[^/?#@\\s]+(\\?[^#@\\s]*)?");

    /**
     * @throws IllegalArgumentException with a message of one line: the variable, its value, the allowed values
     */
    static Settings of(Map<String, String> environment) {
        Optional<String> databaseUrl = value(environment, "DATABASE_URL");
        databaseUrl.ifPresent(Settings::checkUrl);
        value(environment, "DATABASE_SCHEMA").ifPresent(SchemaName::new);
        checkPorts(environment);
        Optional<String> host = value(environment, "QUARKUS_HTTP_HOST");
        AccessSettings access = AccessSettings.of(name -> value(environment, name));
        TlsSettings tls = TlsSettings.of(name -> value(environment, name), access.isAnonymous());
        NoticeSettings.check(environment);
        NoticeSettings.of(name -> value(environment, name));
        Path models = Path.of(value(environment, "UNDERSTUDY_MODELS_DIR").orElse("models"));
        if (!Files.isDirectory(models)) {
            throw refused(
                    "UNDERSTUDY_MODELS_DIR", models.toString(), "a directory that exists, with one folder per model");
        }
        value(environment, DEFAULT_MODEL).ifPresent(model -> checkDefaultModel(model, models));
        SettingBounds.broken(environment).ifPresent(line -> {
            throw new IllegalArgumentException(line);
        });
        Path data = Path.of(value(environment, "UNDERSTUDY_DATA_DIR").orElse("data"));
        if (Files.exists(data) && !Files.isDirectory(data)) {
            throw refused("UNDERSTUDY_DATA_DIR", data.toString(), "a directory, or a path where one can be created");
        }
        return new Settings(databaseUrl, models, data, access.isAnonymous() && host.isEmpty(), tls);
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private static void checkUrl(String url) {
        checkUrl("DATABASE_URL", url, ", with the user in DATABASE_USERNAME and DATABASE_PASSWORD");
    }

    /** Checks the address of a database: {@code name} is how it was given, {@code more} what else is allowed. */
    static void checkUrl(String name, String url, String more) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches() || !(parts.group("port") == null || isPort(parts.group("port")))) {
            // the part before the last @ may contain a password
            throw refused(name, url.replaceAll("(?s)^.*@", "…@"), "postgresql://host:port/database" + more);
        }
        DatabaseTls.of(url);
    }

    private static void checkDefaultModel(String model, Path models) {
        List<String> names = folders(models);
        if (!names.contains(model)) {
            throw refused(
                    DEFAULT_MODEL,
                    model,
                    "the name of a folder in " + models + " with a model: "
                            + (names.isEmpty()
                                    ? "there is none"
                                    : names.stream().limit(SHOWN_NAMES).collect(Collectors.joining(", ")))
                            + (names.size() > SHOWN_NAMES ? ", …" : ""));
        }
    }

    private static List<String> folders(Path models) {
        try (Stream<Path> entries = Files.list(models)) {
            return entries.filter(entry ->
                            Files.exists(entry.resolve("model.pt")) || Files.exists(entry.resolve("model.json")))
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw refused("UNDERSTUDY_MODELS_DIR", models.toString(), "a directory that this user may read");
        }
    }

    /** The port for probes is one of its own, also where one of the others is closed: TLS opens and closes them. */
    private static void checkPorts(Map<String, String> environment) {
        int http = port(environment, HTTP_PORT).orElse(8080);
        int https = port(environment, HTTPS_PORT).orElse(8443);
        port(environment, MANAGEMENT_PORT)
                .filter(port -> port != 0 && (port == http || port == https))
                .ifPresent(port -> {
                    throw refused(
                            MANAGEMENT_PORT,
                            value(environment, MANAGEMENT_PORT).orElseThrow(),
                            "another port than " + HTTP_PORT + " (" + http + ") and " + HTTPS_PORT + " (" + https
                                    + ")");
                });
    }

    private static Optional<Integer> port(Map<String, String> environment, String name) {
        Optional<String> given = value(environment, name);
        given.filter(port -> !isPort(port)).ifPresent(port -> {
            throw refused(name, port, "a number from 0 to 65535");
        });
        return given.map(Integer::valueOf);
    }

    private static boolean isPort(String port) {
        return port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65_535;
    }

    private static IllegalArgumentException refused(String name, String got, String allowed) {
        return new IllegalArgumentException(name + ": got \"" + got + "\"; allowed: " + allowed);
    }
}
