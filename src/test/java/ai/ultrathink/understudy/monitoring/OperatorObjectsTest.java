package ai.ultrathink.understudy.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Holds the objects for the Prometheus Operator to its schema: a field that it does not know is an error. */
class OperatorObjectsTest {

    private static final ObjectMapper STRICT = YAMLMapper.builder(new YAMLFactory())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new WithoutPlaceForTheUnknown())
            .build();

    /** The model's classes have a map for fields that they do not know; this takes it away. */
    private static final class WithoutPlaceForTheUnknown extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return Boolean.FALSE;
        }
    }

    @Test
    void the_rules_are_a_prometheus_rule_of_the_operator() throws IOException {
        PrometheusRule rules =
                STRICT.readValue(Files.readString(Rule.FOLDER.resolve("prometheusrule.yaml")), PrometheusRule.class);

        assertEquals(new PrometheusRule().getApiVersion(), rules.getApiVersion());
        assertEquals(3, rules.getSpec().getGroups().size());
    }

    @Test
    void the_service_monitor_is_one_of_the_operator() throws IOException {
        ServiceMonitor monitor =
                STRICT.readValue(Files.readString(Rule.FOLDER.resolve("servicemonitor.yaml")), ServiceMonitor.class);

        assertEquals(new ServiceMonitor().getApiVersion(), monitor.getApiVersion());
        assertEquals("15s", monitor.getSpec().getEndpoints().getFirst().getInterval());
    }

    @Test
    void a_field_that_the_operator_does_not_know_is_noticed() throws IOException {
        String misspelt =
                Files.readString(Rule.FOLDER.resolve("servicemonitor.yaml")).replace("jobLabel:", "joblabel:");

        assertThrows(UnrecognizedPropertyException.class, () -> STRICT.readValue(misspelt, ServiceMonitor.class));
    }
}
