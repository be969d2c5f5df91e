package ai.ultrathink.understudy.storage.framework;

import ai.ultrathink.understudy.testkit.WrittenSection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RowRefusalTest {

    @Test
    void the_page_on_migrating_lists_every_reason() throws IOException {
        String table = Arrays.stream(RowRefusal.values())
                .map(reason -> "| `" + reason.wireName() + "` | " + reason.sentence() + " |\n")
                .collect(Collectors.joining("", "| reason | a row with |\n| --- | --- |\n", ""));

        new WrittenSection(Path.of("docs", "migrating.md"), "RowRefusal").assertIs(table);
    }
}
