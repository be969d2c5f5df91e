package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.WrittenSection;
import io.quarkus.runtime.configuration.MemorySize;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every setting has a bound, and docs/settings.md lists them all. */
class SettingBoundsTest {

    private static final Path SOURCES = Path.of("src", "main", "java");

    @Test
    void every_setting_has_a_bound_and_its_default_is_within() {
        Map<String, String> defaults = ConfigDefaultsTest.defaults();

        assertEquals(
                new TreeSet<>(defaults.keySet()),
                new TreeSet<>(SettingBounds.all().keySet()));
        defaults.forEach((name, value) -> {
            SettingBound bound = SettingBounds.all().get(name);
            assertTrue(
                    value.equals(ConfigDefaultsTest.UNSET) || (bound != null && bound.holds(value)),
                    name + " " + value);
        });
    }

    static List<Method> settings() {
        return ConfigDefaultsTest.methods();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void bounds_are_of_the_type_of_their_setting(Method setting) {
        SettingBound bound = SettingBounds.all().get(ConfigDefaultsTest.name(setting));
        Class<?> type = setting.getReturnType();

        assertEquals(type == Duration.class, bound instanceof SettingBound.Time);
        assertEquals(type == MemorySize.class, bound instanceof SettingBound.Size);
        assertEquals(type == double.class, bound instanceof SettingBound.Fraction);
        assertEquals(
                type == int.class || type == long.class || type.getSimpleName().equals("OptionalInt"),
                bound instanceof SettingBound.Count);
    }

    @ParameterizedTest
    @CsvSource({
        "UNDERSTUDY_TRIAL_CONTROL_DEADLINE, 0s, a time from 1ms to 1m",
        "UNDERSTUDY_TRIAL_CONTROL_DEADLINE, soon, a time from 1ms to 1m",
        "UNDERSTUDY_TRIAL_CONTROL_DEADLINE, -1s, a time from 1ms to 1m",
        "UNDERSTUDY_TRIAL_CONTROL_DEADLINE, 61s, a time from 1ms to 1m",
        "UNDERSTUDY_INFERENCE_THREADS, 5000, a number from 1 to 512",
        "UNDERSTUDY_INFERENCE_THREADS, 2.5, a number from 1 to 512",
        "UNDERSTUDY_INFERENCE_THREADS, 99999999999999999999, a number from 1 to 512",
        "UNDERSTUDY_STORAGE_RETENTION, 0, a time from 1d to 36500d",
        "UNDERSTUDY_JOURNAL_MAX_SIZE, 1, a size from 64K to 16T",
        "UNDERSTUDY_JOURNAL_MAX_SIZE, big, a size from 64K to 16T",
        "UNDERSTUDY_TRIAL_NOISE_FRACTION, NaN, a number from 0 to 1",
        "UNDERSTUDY_TRIAL_NOISE_FRACTION, 1.01, a number from 0 to 1",
        "UNDERSTUDY_STORAGE_TIMESCALE, always, auto or never",
        "UNDERSTUDY_REMOTE_PASSES, 1, a number from 2 to 1024",
        "UNDERSTUDY_CHANGES_LOOK_EVERY, 9s, a time from 100ms to 5s",
    })
    void what_makes_no_sense_is_refused_in_one_line(String name, String value, String allowed) {
        assertEquals(
                Optional.of(name + ": got \"" + value + "\"; allowed: " + allowed),
                SettingBounds.broken(Map.of(name, value)));
    }

    @ParameterizedTest
    @CsvSource({
        "UNDERSTUDY_TRIAL_CONTROL_DEADLINE, PT0.25S",
        "UNDERSTUDY_TRIAL_CONTROL_DEADLINE, 5",
        "UNDERSTUDY_STORAGE_RETENTION, 400d",
        "UNDERSTUDY_JOURNAL_MAX_SIZE, 512m",
        "UNDERSTUDY_JOURNAL_MAX_SIZE, 1048576",
        "UNDERSTUDY_TRIAL_NOISE_FRACTION, .5",
        "UNDERSTUDY_STORAGE_TIMESCALE, AUTO",
        "UNDERSTUDY_INFERENCE_THREADS, ' 4 '",
        "UNDERSTUDY_INFERENCE_THREADS, ''",
    })
    void what_quarkus_reads_is_taken(String name, String value) {
        assertEquals(Optional.empty(), SettingBounds.broken(Map.of(name, value)));
    }

    @Test
    void the_reference_lists_every_setting() throws IOException {
        StringBuilder table = new StringBuilder("| variable | default | allowed | |\n| --- | --- | --- | --- |\n");
        for (Map.Entry<String, String> setting : new TreeMap<>(ConfigDefaultsTest.defaults()).entrySet()) {
            SettingBound bound = SettingBounds.all().get(setting.getKey());
            String meaning = meaning(setting.getKey());
            assertFalse(meaning.isBlank(), setting.getKey());
            table.append("| `%s` | %s | %s | %s |\n"
                    .formatted(
                            SettingBounds.variable(setting.getKey()),
                            setting.getValue().equals(ConfigDefaultsTest.UNSET)
                                    ? "none"
                                    : "`" + setting.getValue() + "`",
                            bound == null ? "" : bound.allowed(),
                            meaning));
        }

        new WrittenSection(Path.of("docs", "settings.md"), "SettingBounds and the settings").assertIs(table.toString());
    }

    /** What the Javadoc of a setting says, as Markdown. */
    private static String meaning(String setting) throws IOException {
        Method method = ConfigDefaultsTest.methods().stream()
                .filter(candidate -> ConfigDefaultsTest.name(candidate).equals(setting))
                .findFirst()
                .orElseThrow();
        String source = Files.readString(
                SOURCES.resolve(method.getDeclaringClass().getName().replace('.', '/') + ".java"));
        Matcher javadoc = Pattern.compile(
                        "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@\\w+\\(\"[^\"]*\"\\)\\s*)?[\\w.<>]+ " + method.getName()
                                + "\\(\\)",
                        Pattern.DOTALL)
                .matcher(source);
        return javadoc.find() ? markdown(javadoc.group(1), setting) : "";
    }

    private static String markdown(String javadoc, String setting) {
        String prefix = setting.substring(0, setting.lastIndexOf('.') + 1);
        return Pattern.compile("\\{@link #(\\w+)(?:\\(\\))?}")
                .matcher(javadoc.replaceAll("\\s*\\n\\s*\\*\\s?", " ").strip())
                .replaceAll(link ->
                        "`" + SettingBounds.variable(prefix + link.group(1).replaceAll("([A-Z])", "-$1")) + "`")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("; see \\{@link \\w+}", "")
                .replaceAll(", see \\{@link \\w+}", "")
                .replace("|", "\\|");
    }
}
