package ai.ultrathink.understudy.http.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.FieldInfo;
import org.jboss.jandex.IndexView;
import org.jspecify.annotations.Nullable;

/**
 * Completes the schemas of answers in the OpenAPI document with what the records say: a field that is {@code @Nullable} may be
 * null, and all fields are there, unless null is left out. Clients that are generated from the document rely on it.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class OpenApiNullness implements OASFilter {

    private static final DotName NULLABLE = DotName.createSimple(Nullable.class);
    private static final DotName LEFT_OUT = DotName.createSimple(JsonInclude.class);
    private static final DotName NAMED =
            DotName.createSimple(org.eclipse.microprofile.openapi.annotations.media.Schema.class);
    private static final String OURS = "ai.ultrathink.understudy.";
    private static final String REFERENCE = "#/components/schemas/";

    /** Several records may have one name; then the fields decide. */
    private final Map<String, List<ClassInfo>> records;

    /** @param index of the classes of the service */
    public OpenApiNullness(IndexView index) {
        this.records = index.getKnownClasses().stream()
                .filter(known -> known.isRecord() && known.name().toString().startsWith(OURS))
                .collect(Collectors.groupingBy(OpenApiNullness::schemaName));
    }

    private static String schemaName(ClassInfo known) {
        AnnotationInstance schema = known.declaredAnnotation(NAMED);
        return Optional.ofNullable(schema)
                .map(named -> named.value("name"))
                .map(name -> name.asString())
                .orElseGet(known::simpleName);
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        Map<String, Schema> schemas = document.getComponents().getSchemas();
        Set<String> asked = new HashSet<>();
        document.getPaths().getPathItems().values().stream()
                .flatMap(OpenApiNullness::bodies)
                .forEach(body -> collect(body, schemas, asked));
        // in a request, null says that a field was left out
        schemas.forEach((name, schema) -> {
            if (!asked.contains(name)) {
                described(name, schema).ifPresent(type -> complete(schema, type));
            }
        });
    }

    private Optional<ClassInfo> described(String name, Schema schema) {
        return schema.getProperties() == null
                ? Optional.empty()
                : records.getOrDefault(name, List.of()).stream()
                        .filter(type -> type.fields().stream()
                                .map(OpenApiNullness::propertyName)
                                .collect(Collectors.toSet())
                                .containsAll(schema.getProperties().keySet()))
                        .findFirst();
    }

    private static String propertyName(FieldInfo field) {
        return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(field.name());
    }

    private static Stream<Schema> bodies(PathItem path) {
        return path.getOperations().values().stream()
                .filter(operation -> operation.getRequestBody() != null)
                .map(operation -> operation.getRequestBody().getContent())
                .map(Content::getMediaTypes)
                .map(Map::values)
                .flatMap(Collection::stream)
                .map(type -> type.getSchema());
    }

    /** The names of the schemas that a schema uses, at any depth. */
    private static void collect(@Nullable Schema schema, Map<String, Schema> schemas, Set<String> names) {
        if (schema == null) {
            return;
        }
        if (schema.getRef() != null) {
            String name = schema.getRef().substring(REFERENCE.length());
            if (names.add(name)) {
                collect(schemas.get(name), schemas, names);
            }
        }
        collect(schema.getItems(), schemas, names);
        each(schema.getOneOf()).forEach(option -> collect(option, schemas, names));
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(property -> collect(property, schemas, names));
        }
    }

    private static List<Schema> each(@Nullable List<Schema> schemas) {
        return schemas == null ? List.of() : schemas;
    }

    private static void complete(Schema schema, ClassInfo described) {
        List<String> always = new ArrayList<>();
        for (FieldInfo field : described.fieldsInDeclarationOrder()) {
            String name = propertyName(field);
            Schema property = schema.getProperties().get(name);
            if (property == null) {
                continue;
            }
            boolean leftOut = field.hasAnnotation(LEFT_OUT);
            if (!leftOut) {
                always.add(name);
            }
            boolean nullable = !leftOut && field.type().hasAnnotation(NULLABLE);
            Schema value = plain(property);
            schema.addProperty(name, nullable ? orNull(value) : value);
        }
        schema.setRequired(always);
    }

    /** A time stands in its place: generated code does not see that a referenced text is a text. */
    private static Schema plain(Schema value) {
        return (REFERENCE + "Instant").equals(value.getRef())
                ? OASFactory.createSchema()
                        .addType(Schema.SchemaType.STRING)
                        .format("date-time")
                        .description(value.getDescription())
                : value;
    }

    private static Schema orNull(Schema value) {
        if (value.getRef() != null) {
            Schema reference = OASFactory.createSchema().ref(value.getRef());
            return OASFactory.createSchema()
                    .description(value.getDescription())
                    .anyOf(List.of(reference, OASFactory.createSchema().addType(Schema.SchemaType.NULL)));
        }
        if (value.getEnumeration() != null) {
            // null has to be among the values, or it is not allowed
            List<Object> values = new ArrayList<>(value.getEnumeration());
            values.add(null);
            value.setEnumeration(values);
        }
        return value.getType() == null ? value : value.addType(Schema.SchemaType.NULL);
    }
}
