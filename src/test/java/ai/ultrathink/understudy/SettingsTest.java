package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.http.connection.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @TempDir
    Path directory;

    @Test
    void nothing_needs_to_be_set_where_the_shipped_models_are() {
        assertEquals(
                new Settings(
                        Optional.empty(), Path.of("models"), Path.of("data"), true, new TlsSettings(null, null, null)),
                Settings.of(Map.of()));
    }

    @Test
    void blank_is_not_set() {
        assertEquals(
                Settings.of(Map.of()),
                Settings.of(Map.of(
                        "DATABASE_URL",
                        "",
                        "UNDERSTUDY_MODELS_DIR",
                        " ",
                        "UNDERSTUDY_DATA_DIR",
                        "",
                        "QUARKUS_HTTP_PORT",
                        "")));
    }

    @Test
    void a_default_model_without_a_folder_is_refused_with_the_names_there_are() throws IOException {
        Path models = Files.createDirectory(directory.resolve("some-models"));
        for (String name : List.of("bull", "bear")) {
            Files.createFile(Files.createDirectory(models.resolve(name)).resolve("model.pt"));
        }
        Files.createDirectory(models.resolve("replay"));
        Map<String, String> environment =
                Map.of("UNDERSTUDY_MODELS_DIR", models.toString(), "UNDERSTUDY_MODELS_DEFAULT_MODEL", "universl");

        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Settings.of(environment));

        assertEquals(
                "UNDERSTUDY_MODELS_DEFAULT_MODEL: got \"universl\"; allowed: the name of a folder in " + models
                        + " with a model: bear, bull",
                refused.getMessage());
    }

    @Test
    void directories_are_taken_from_the_environment() throws IOException {
        Path models = Files.createDirectory(directory.resolve("m"));

        Settings settings = Settings.of(Map.of(
                "UNDERSTUDY_MODELS_DIR",
                models.toString(),
                "UNDERSTUDY_DATA_DIR",
                directory.resolve("new").toString()));

        assertEquals(models, settings.modelsDir());
        assertEquals(directory.resolve("new"), settings.dataDir());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://db:5432/understudy",
                "postgresql://db/understudy",
                "postgresql://127.0.0.1:5432/understudy",
                "postgresql://[::1]:5432/understudy",
                "postgresql://understudy_db:5432/understudy",
                "postgresql://db.prod.example:5432/understudy?sslmode=require",
            })
    void a_database_url_that_is_accepted_is_one_that_the_migrations_driver_understands(String url) throws SQLException {
        assertEquals(Optional.of(url), Settings.of(Map.of("DATABASE_URL", url)).databaseUrl());
        assertTrue(DriverManager.getDriver("jdbc:" + url).acceptsURL("jdbc:" + url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "db",
                "mysql://db/understudy",
                "jdbc:postgresql://db/understudy",
                "postgres://db/understudy",
                "postgresql://db",
                "postgresql://db/",
                "postgresql:///understudy",
                "postgresql://db:port/understudy",
                "postgresql://db:99999/understudy",
                "postgresql://db:5432/under study",
                "postgresql://user@db/understudy",
            })
    void any_other_database_url_is_refused_with_what_is_allowed(String url) {
        String message = refusal("DATABASE_URL", url);

        assertTrue(message.startsWith("DATABASE_URL: got \""), message);
        assertTrue(message.contains("allowed: postgresql://host:port/database"), message);
        assertEquals(1, message.lines().count());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://user:secret@db/understudy",
                "postgresql://user:sec@ret@db/understudy",
                "postgresql://user:sec/ret@db/understudy",
                "mysql://user:secret@db/understudy",
            })
    void a_password_in_a_database_url_is_refused_without_being_shown(String url) {
        String message = refusal("DATABASE_URL", url);

        assertFalse(message.contains("sec"), message);
        assertFalse(message.contains("ret@"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "80", "8080", "65535"})
    void a_port_is_a_number_up_to_65535(String port) {
        assertEquals(Settings.of(Map.of()), Settings.of(Map.of("QUARKUS_HTTP_PORT", port)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "99999999999", "http", "80 80", "0x50", "٨٠"})
    void any_other_port_is_refused(String port) {
        assertEquals(
                "QUARKUS_HTTP_PORT: got \"" + port + "\"; allowed: a number from 0 to 65535",
                refusal("QUARKUS_HTTP_PORT", port));
    }

    @Test
    void treatments_run_in_a_worker_or_in_process_and_nowhere_else() {
        assertEquals(Settings.of(Map.of()), Settings.of(Map.of("UNDERSTUDY_TREATMENT_RUNTIME", "worker")));
        assertEquals(Settings.of(Map.of()), Settings.of(Map.of("UNDERSTUDY_TREATMENT_RUNTIME", "in_process")));
        assertEquals(
                "UNDERSTUDY_TREATMENT_RUNTIME: got \"wroker\"; allowed: worker or in_process",
                refusal("UNDERSTUDY_TREATMENT_RUNTIME", "wroker"));
    }

    @ParameterizedTest
    @CsvSource({"9000, 9000, 9443", "09000, 9000, 9443", "9443, 9000, 9443", "8080, , 9443", "8443, 9000, "})
    void the_port_for_probes_is_one_of_its_own(String probes, @Nullable String http, @Nullable String https) {
        Map<String, String> environment = new HashMap<>(Map.of("UNDERSTUDY_MANAGEMENT_PORT", probes));
        if (http != null) {
            environment.put("QUARKUS_HTTP_PORT", http);
        }
        if (https != null) {
            environment.put("QUARKUS_HTTP_SSL_PORT", https);
        }

        String message = refusal(environment);

        assertTrue(message.startsWith("UNDERSTUDY_MANAGEMENT_PORT: got \"" + probes + "\""), message);
        assertTrue(message.contains("another port than QUARKUS_HTTP_PORT"), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void free_ports_are_never_the_same() {
        Map<String, String> free =
                Map.of("UNDERSTUDY_MANAGEMENT_PORT", "0", "QUARKUS_HTTP_PORT", "0", "QUARKUS_HTTP_SSL_PORT", "0");

        assertEquals(Settings.of(Map.of()), Settings.of(free));
    }

    @Test
    void a_models_directory_must_be_there() {
        String missing = directory.resolve("none").toString();

        assertEquals(
                "UNDERSTUDY_MODELS_DIR: got \"" + missing
                        + "\"; allowed: a directory that exists, with one folder per model",
                refusal("UNDERSTUDY_MODELS_DIR", missing));
    }

    @Test
    void a_data_directory_must_not_be_a_file() throws IOException {
        String file = Files.createFile(directory.resolve("file")).toString();

        assertEquals(
                "UNDERSTUDY_DATA_DIR: got \"" + file + "\"; allowed: a directory, or a path where one can be created",
                refusal("UNDERSTUDY_DATA_DIR", file));
    }

    private static String refusal(String name, String value) {
        return refusal(Map.of(name, value));
    }

    private static String refusal(Map<String, String> environment) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> Settings.of(environment))
                .getMessage());
    }
}
