package ai.ultrathink.understudy.deploy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The house's rules for what an overlay makes; Kubernetes would take much that breaks them. */
final class ManifestRules {

    private static final List<String> LABELS = List.of("app.kubernetes.io/name", "app.kubernetes.io/part-of");

    private ManifestRules() {}

    /** What is wrong, a line each, with the object it is about. */
    static List<String> broken(Cluster cluster) {
        return Stream.of(
                        cluster.objects().stream().flatMap(ManifestRules::metadata),
                        namespaces(cluster),
                        cluster.workloads().stream().flatMap(PodRules::broken),
                        ReferenceRules.broken(cluster))
                .flatMap(lines -> lines)
                .toList();
    }

    private static Stream<String> metadata(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return LABELS.stream()
                .filter(label -> !labels.containsKey(label))
                .map(label -> name(object) + " has no label " + label);
    }

    private static Stream<String> namespaces(Cluster cluster) {
        List<Namespace> namespaces = cluster.all(Namespace.class);
        if (namespaces.size() != 1) {
            return Stream.of("there are " + namespaces.size() + " namespaces, not one");
        }
        Namespace namespace = namespaces.getFirst();
        Stream<String> lax = Stream.of("enforce", "audit", "warn")
                .filter(mode -> !"restricted"
                        .equals(namespace.getMetadata().getLabels().get("pod-security.kubernetes.io/" + mode)))
                .map(mode -> name(namespace) + " does not " + mode + " the restricted pod security standard");
        Stream<String> elsewhere = cluster.objects().stream()
                .filter(object -> !(object instanceof Namespace))
                .filter(object -> !namespace
                        .getMetadata()
                        .getName()
                        .equals(object.getMetadata().getNamespace()))
                .map(object -> name(object) + " is not in the namespace");
        return Stream.concat(lax, elsewhere);
    }

    static String name(HasMetadata object) {
        return object.getKind() + " " + object.getMetadata().getName();
    }
}
