package ai.ultrathink.understudy.deploy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads Kubernetes objects as their schema has them: a field that it does not know, a text where a number belongs, or a key
 * that is there twice is an error. (The model's own readers keep unknown fields for later.)
 */
final class StrictYaml {

    private static final Map<String, Class<? extends HasMetadata>> KINDS = Stream.of(
                    ConfigMap.class,
                    Deployment.class,
                    HorizontalPodAutoscaler.class,
                    Namespace.class,
                    NetworkPolicy.class,
                    PodDisruptionBudget.class,
                    Secret.class,
                    Service.class,
                    ServiceAccount.class,
                    StatefulSet.class)
            .collect(Collectors.toMap(HasMetadata::getKind, Function.identity()));

    private static final ObjectMapper MAPPER = YAMLMapper.builder(
                    YAMLFactory.builder().build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .annotationIntrospector(new WithoutPlaceForTheUnknown())
            .build();

    private StrictYaml() {}

    /** The objects of one or more YAML documents. */
    static List<HasMetadata> read(String documents) {
        List<HasMetadata> objects = new ArrayList<>();
        for (String document : documents.split("(?m)^---\\s*$", -1)) {
            if (!document.isBlank()) {
                objects.add(readOne(document));
            }
        }
        return objects;
    }

    private static HasMetadata readOne(String document) {
        try {
            JsonNode tree = MAPPER.readTree(document);
            Class<? extends HasMetadata> type = KINDS.get(tree.path("kind").asText());
            if (type == null
                    || !HasMetadata.getApiVersion(type)
                            .equals(tree.path("apiVersion").asText())) {
                throw new IllegalArgumentException("no kind that these tests know:\n" + document);
            }
            return MAPPER.readValue(document, type);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage() + "\nin\n" + document, e);
        }
    }

    /** The model's classes have a map for fields that they do not know; this takes it away. */
    private static final class WithoutPlaceForTheUnknown extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return Boolean.FALSE;
        }
    }
}
