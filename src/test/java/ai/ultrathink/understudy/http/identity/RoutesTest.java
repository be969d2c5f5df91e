package ai.ultrathink.understudy.http.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be called is in the tables of docs/security.md: a route or a method that is not has no one who may call it. */
@QuarkusTest
class RoutesTest {

    private static final Pattern CALL = Pattern.compile("\\| `((?:GET|POST|PUT|DELETE) /(?:api/|v2)\\S*)` \\|.*");
    private static final Pattern ROUTE = Pattern.compile("`(?:GET )?(/[^`]*)`");

    private static final Pattern BESIDE_A_TEST = Pattern.compile("/api/v1/ab-test/([^{`/ ]+)");

    @Inject
    Router router;

    @Test
    void each_route_of_the_router_is_in_the_table() throws IOException {
        Set<String> table = Files.readAllLines(java.nio.file.Path.of("docs", "security.md")).stream()
                .filter(line -> line.startsWith("| `") && !CALL.matcher(line).matches())
                .flatMap(line -> ROUTE.matcher(line).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> routes = router.getRoutes().stream()
                .map(Route::getPath)
                .filter(Objects::nonNull)
                // of the resources, which the other test has; their own route is "/"
                .filter(path -> !path.equals("/api/"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertTrue(routes.contains("/q/metrics"), routes::toString);
        routes.removeAll(table);
        assertEquals(Set.of(), routes);
    }

    @Test
    void each_method_of_a_resource_has_roles_and_is_in_the_table() throws IOException {
        Set<String> table = Files.readAllLines(java.nio.file.Path.of("docs", "security.md")).stream()
                .map(CALL::matcher)
                .filter(call -> call.matches())
                .map(call -> call.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        List<JavaMethod> methods = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("ai.ultrathink.understudy.http")
                        .stream()
                        .filter(resource -> resource.isAnnotatedWith(Path.class))
                        .map(JavaClass::getMethods)
                        .flatMap(Set::stream)
                        .filter(method -> method.isMetaAnnotatedWith(HttpMethod.class))
                        .toList();

        assertEquals(
                List.of(),
                methods.stream()
                        .filter(method -> !method.isAnnotatedWith(RolesAllowed.class))
                        .filter(method -> !method.isAnnotatedWith(PermitAll.class))
                        .toList());
        assertEquals(
                Set.of("GET /v2/health/live", "GET /v2/health/ready"),
                methods.stream()
                        .filter(method -> method.isAnnotatedWith(PermitAll.class))
                        .flatMap(RoutesTest::calls)
                        .collect(Collectors.toSet()));
        assertEquals(table, methods.stream().flatMap(RoutesTest::calls).collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Otherwise a test could be created that its path does not reach. */
    @Test
    void no_new_test_has_the_name_of_a_call_beside_those_of_one_test() throws IOException {
        Set<String> names = Files.readAllLines(java.nio.file.Path.of("docs", "security.md")).stream()
                .flatMap(line -> BESIDE_A_TEST.matcher(line).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(Set.of("create", "list"), names);
        for (String name : names) {
            assertThrows(InvalidValueException.class, () -> IdentifierRules.newTestId(name));
        }
    }

    private static Stream<String> calls(JavaMethod method) {
        String path = path(method.getOwner().getAnnotationOfType(Path.class))
                + method.tryGetAnnotationOfType(Path.class)
                        .map(RoutesTest::path)
                        .orElse("");
        return method.getAnnotations().stream()
                .map(annotation -> annotation.getRawType().tryGetAnnotationOfType(HttpMethod.class))
                .flatMap(Optional::stream)
                .map(verb -> verb.value() + " " + path);
    }

    private static String path(Path annotation) {
        return annotation.value().startsWith("/") ? annotation.value() : "/" + annotation.value();
    }
}
