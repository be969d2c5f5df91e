package ai.ultrathink.understudy.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The bill of materials has all that ships, and the list of licences is its. On Linux on x86-64: elsewhere libraries differ. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class ThirdPartyIT {

    private static final Path LIST = Path.of("THIRD-PARTY.md");
    private static final Path LIBRARIES = Path.of("target", "quarkus-app", "lib");

    private static JsonObject bill() throws IOException {
        return new JsonObject(Files.readString(Path.of("target", "bom.json")));
    }

    @Test
    void the_bill_has_what_ships_and_nothing_else() throws IOException {
        Set<String> ships = new TreeSet<>();
        try (Stream<Path> files = Files.walk(LIBRARIES)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .forEach(ships::add);
        }
        // unpacked beside the application
        ships.addAll(Set.of("ai.djl.pytorch.pytorch-native-cpu", "ai.djl.pytorch.pytorch-jni"));

        assertEquals(
                ships,
                ThirdParty.shipped(bill()).stream()
                        .map(ThirdPartyIT::file)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static String file(JsonObject component) {
        String library = component.getString("group") + "." + component.getString("name");
        return library.matches("ai\\.djl\\.pytorch\\.pytorch-(native-cpu|jni)")
                ? library
                : library + "-" + component.getString("version") + ".jar";
    }

    @Test
    void every_library_has_a_licence() throws IOException {
        assertEquals(
                List.of(),
                ThirdParty.shipped(bill()).stream()
                        .filter(component -> ThirdParty.licence(component).isBlank())
                        .map(component -> component.getString("name"))
                        .toList());
    }

    @Test
    void the_list_of_licences_is_up_to_date() throws IOException {
        String expected = ThirdParty.of(bill());
        if (Boolean.getBoolean("understudy.write")) {
            Files.writeString(LIST, expected);
        }

        assertEquals(expected, Files.readString(LIST), "make licences writes it again");
    }
}
