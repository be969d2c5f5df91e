package ai.ultrathink.understudy.storage.db;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MigratedSchemaTest {

    private static final Pattern VERSION = Pattern.compile("V([0-9_]+)__.*\\.sql");

    @Test
    void the_newest_version_is_that_of_the_newest_file() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "resources", "db", "migration"))) {
            assertEquals(
                    MigratedSchema.NEWEST,
                    files.map(file -> VERSION.matcher(String.valueOf(file.getFileName())))
                            .filter(Matcher::matches)
                            .map(version -> version.group(1).replace('_', '.'))
                            .max(Comparator.comparingDouble(Double::parseDouble))
                            .orElseThrow());
        }
    }
}
