package ai.ultrathink.understudy.http.problem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The operations of the API with their query parameters, read from the OpenAPI document: so the documented parameters
 * are the allowed ones, and a new operation needs no code here.
 */
@Startup
@ApplicationScoped
class Operations {

    private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";

    /**
     * A path and its methods.
     *
     * @param segments the segments of the template; those in braces match anything
     * @param parameters the query parameters of each method
     * @param roles the roles of which each method needs one
     */
    record Call(List<String> segments, Map<String, SortedSet<String>> parameters, Map<String, List<String>> roles) {

        boolean matches(List<String> path) {
            if (path.size() != segments.size()) {
                return false;
            }
            for (int i = 0; i < path.size(); i++) {
                if (!isVariable(segments.get(i)) && !segments.get(i).equals(path.get(i))) {
                    return false;
                }
            }
            return true;
        }

        /** The path, with its variables in braces. */
        String template() {
            return "/" + String.join("/", segments);
        }

        long variables() {
            return segments.stream().filter(Call::isVariable).count();
        }

        private static boolean isVariable(String segment) {
            return segment.startsWith("{");
        }

        /** The query parameters of a method, or null if there is no such method. */
        @Nullable SortedSet<String> parametersOf(String method) {
            return parameters.get(method.equals("HEAD") ? "GET" : method);
        }

        /** The roles of which a method needs one; empty if there is no such method. */
        List<String> rolesOf(String method) {
            return roles.getOrDefault(method.equals("HEAD") ? "GET" : method, List.of());
        }

        /** The value of the Allow header. */
        String allowed() {
            TreeSet<String> methods = new TreeSet<>(parameters.keySet());
            if (methods.contains("GET")) {
                methods.add("HEAD");
            }
            methods.add("OPTIONS");
            return String.join(", ", methods);
        }
    }

    private final List<Call> calls;
    private final Set<String> templates;

    Operations(ObjectMapper json) {
        this.calls = read(json);
        this.templates = calls.stream().map(call -> anonymous(call.template())).collect(Collectors.toUnmodifiableSet());
    }

    /** The operations at a path; matrix parameters, such as {@code ;a=b}, are ignored. */
    Optional<Call> at(String path) {
        List<String> segments = segments(path);
        return calls.stream().filter(call -> call.matches(segments)).findFirst();
    }

    /** Whether it is the template of a path; its variables may have any names. */
    boolean isTemplate(String path) {
        return templates.contains(anonymous(path));
    }

    private static String anonymous(String template) {
        return template.replaceAll("\\{[^}]*}", "{}");
    }

    /** All methods of the API, for the Allow header. */
    String allowedAnywhere() {
        return calls.stream()
                .flatMap(call -> Stream.of(call.allowed().split(", ")))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static List<Call> read(ObjectMapper json) {
        try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(DOCUMENT)) {
            if (in == null) {
                throw new IllegalStateException(DOCUMENT + " is not there; it is made by the build");
            }
            List<Call> calls = new ArrayList<>();
            json.readTree(in)
                    .path("paths")
                    .properties()
                    .forEach(path -> calls.add(
                            new Call(segments(path.getKey()), parameters(path.getValue()), roles(path.getValue()))));
            // a literal path takes precedence over a template
            calls.sort(Comparator.comparingLong(Call::variables));
            return List.copyOf(calls);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, SortedSet<String>> parameters(JsonNode path) {
        Map<String, SortedSet<String>> methods = new TreeMap<>();
        path.properties().forEach(operation -> {
            if (operation.getValue().has("responses")) {
                TreeSet<String> names = new TreeSet<>();
                operation.getValue().path("parameters").forEach(parameter -> addQuery(parameter, names));
                path.path("parameters").forEach(parameter -> addQuery(parameter, names));
                methods.put(operation.getKey().toUpperCase(Locale.ROOT), names);
            }
        });
        return methods;
    }

    private static Map<String, List<String>> roles(JsonNode path) {
        Map<String, List<String>> methods = new TreeMap<>();
        path.properties().forEach(operation -> {
            List<String> roles = new ArrayList<>();
            operation.getValue().path("x-roles").forEach(role -> roles.add(role.asText()));
            methods.put(operation.getKey().toUpperCase(Locale.ROOT), List.copyOf(roles));
        });
        return methods;
    }

    private static void addQuery(JsonNode parameter, Set<String> names) {
        if (parameter.path("in").asText().equals("query")) {
            names.add(parameter.path("name").asText());
        }
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            String name = segment.contains(";") ? segment.substring(0, segment.indexOf(';')) : segment;
            if (!name.isEmpty()) {
                segments.add(name);
            }
        }
        return segments;
    }
}
