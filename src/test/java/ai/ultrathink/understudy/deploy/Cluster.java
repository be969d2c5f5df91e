package ai.ultrathink.understudy.deploy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The objects that an overlay makes. */
record Cluster(List<HasMetadata> objects) {

    static Cluster of(String documents) {
        return new Cluster(StrictYaml.read(documents));
    }

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The one object of a type with a name; the hash of a generated name is left out. */
    <T extends HasMetadata> T one(Class<T> type, String name) {
        return all(type).stream()
                .filter(object -> object.getMetadata().getName().matches(name + "(-[0-9a-z]{10})?"))
                .reduce((one, other) -> {
                    throw new AssertionError("two of " + name);
                })
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " " + name));
    }

    boolean has(Class<? extends HasMetadata> type, String name) {
        return all(type).stream()
                .anyMatch(object -> object.getMetadata().getName().equals(name));
    }

    List<Workload> workloads() {
        return objects.stream().flatMap(Cluster::workload).toList();
    }

    private static Stream<Workload> workload(HasMetadata object) {
        return switch (object) {
            case Deployment deployment ->
                Stream.of(new Workload(
                        deployment,
                        deployment.getSpec().getSelector(),
                        deployment.getSpec().getTemplate()));
            case StatefulSet set ->
                Stream.of(new Workload(
                        set, set.getSpec().getSelector(), set.getSpec().getTemplate()));
            default -> Stream.of();
        };
    }

    /** Whether some workload's pods carry these labels. */
    boolean selectsPods(Map<String, String> labels) {
        return !labels.isEmpty()
                && workloads().stream()
                        .anyMatch(workload -> workload.labels().entrySet().containsAll(labels.entrySet()));
    }

    /** What runs pods. */
    record Workload(HasMetadata object, LabelSelector selector, PodTemplateSpec template) {

        String name() {
            return object.getKind() + " " + object.getMetadata().getName();
        }

        Map<String, String> labels() {
            return template.getMetadata().getLabels();
        }

        List<Container> containers() {
            return template.getSpec().getContainers();
        }

        List<Container> withInitContainers() {
            return Stream.concat(containers().stream(), template.getSpec().getInitContainers().stream())
                    .toList();
        }
    }
}
