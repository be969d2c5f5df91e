package ai.ultrathink.understudy.deploy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** THIRD-PARTY.md, as the bill of materials has it. */
final class ThirdParty {

    private static final String HEAD = """
            # Third-party software

            What a package or an image of Understudy has of others, by the bill of materials of its build (`target/bom.json`, CycloneDX).
            Written by `make licences`; `make test` fails when it is not up to date.

            | library | version | licence |
            | --- | --- | --- |
            """;

    private static final String TAIL = """

            libtorch is PyTorch's C++ library (BSD-3-Clause, https://github.com/pytorch/pytorch/blob/main/LICENSE). Its binary has more in
            it, each under its own terms, among them oneDNN (Apache-2.0), Intel oneMKL (Intel Simplified Software License), FBGEMM, QNNPACK
            and XNNPACK (BSD-3-Clause), Eigen (MPL-2.0), SLEEF (BSL-1.0), Protocol Buffers (BSD-3-Clause); GNU libgomp (GPL-3.0 with the GCC
            Runtime Library Exception) lies beside it. PostgreSQL's binaries (PostgreSQL licence) are in the package and in the native
            executable, and not in the JVM's image.
            The images' bases are Debian's packages by distroless, with Temurin (GPL-2.0 with the Classpath Exception) in the JVM's;
            their licences are in the images under `/usr/share/doc`.
            """;

    /** Names that projects give to their licences, and the identifiers that SPDX gives to the same. */
    private static final Map<String, String> IDENTIFIERS = Map.of(
            "GNU General Public License, version 2 with the GNU Classpath Exception",
            "GPL-2.0-with-classpath-exception",
            "LGPL, version 2.1",
            "LGPL-2.1-only");

    /** In the bill, because the sources need them to be compiled; in no package. */
    private static final Set<String> COMPILED_WITH = Set.of("nativeimage", "word", "quarkus-ide-launcher");

    private ThirdParty() {}

    /** The text of the file for a bill of materials. */
    static String of(JsonObject bill) {
        Map<String, String> lines = new TreeMap<>();
        shipped(bill).forEach(component -> {
            String library = component.getString("group", "") + ":" + component.getString("name");
            lines.put(
                    library, "| %s | %s | %s |".formatted(library, component.getString("version"), licence(component)));
        });
        return HEAD + String.join("\n", lines.values()) + "\n" + TAIL;
    }

    /** The libraries of a bill that are in a package. */
    static List<JsonObject> shipped(JsonObject bill) {
        return objects(bill.getJsonArray("components")).stream()
                .filter(component -> !COMPILED_WITH.contains(component.getString("name")))
                .toList();
    }

    /** The licences of a component, or of which one may choose. */
    static String licence(JsonObject component) {
        return objects(Objects.requireNonNullElseGet(component.getJsonArray("licenses"), JsonArray::new)).stream()
                .map(ThirdParty::name)
                .distinct()
                .collect(Collectors.joining(" or "));
    }

    private static String name(JsonObject choice) {
        JsonObject licence = choice.getJsonObject("license");
        if (licence == null) {
            return choice.getString("expression");
        }
        String name = licence.getString("id", licence.getString("name"));
        return IDENTIFIERS.getOrDefault(name, name);
    }

    private static List<JsonObject> objects(JsonArray array) {
        return IntStream.range(0, array.size()).mapToObj(array::getJsonObject).toList();
    }
}
