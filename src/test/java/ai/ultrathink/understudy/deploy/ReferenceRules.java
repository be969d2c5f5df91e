package ai.ultrathink.understudy.deploy;

import ai.ultrathink.understudy.deploy.Cluster.Workload;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What one object says of another must be so; Kubernetes would find out at night. */
final class ReferenceRules {

    /** What the operator makes before the first apply, in docs/operations.md. */
    static final String SECRET = "understudy-database";

    private final Cluster cluster;
    private final List<String> broken = new ArrayList<>();

    private ReferenceRules(Cluster cluster) {
        this.cluster = cluster;
    }

    static Stream<String> broken(Cluster cluster) {
        ReferenceRules rules = new ReferenceRules(cluster);
        cluster.workloads().forEach(rules::workload);
        cluster.all(Service.class).forEach(rules::service);
        cluster.all(PodDisruptionBudget.class)
                .forEach(budget ->
                        rules.selects(budget, budget.getSpec().getSelector().getMatchLabels()));
        cluster.all(NetworkPolicy.class)
                .forEach(policy ->
                        rules.selects(policy, policy.getSpec().getPodSelector().getMatchLabels()));
        cluster.all(HorizontalPodAutoscaler.class).forEach(rules::autoscaler);
        return rules.broken.stream();
    }

    private void rule(boolean kept, HasMetadata object, String otherwise) {
        if (!kept) {
            broken.add(ManifestRules.name(object) + ": " + otherwise);
        }
    }

    private void selects(HasMetadata object, Map<String, String> labels) {
        rule(cluster.selectsPods(labels), object, "selects no pods with " + labels);
    }

    private void workload(Workload workload) {
        HasMetadata object = workload.object();
        rule(
                workload.labels()
                        .entrySet()
                        .containsAll(workload.selector().getMatchLabels().entrySet()),
                object,
                "does not select its own pods");
        String account = workload.template().getSpec().getServiceAccountName();
        rule(cluster.has(ServiceAccount.class, account), object, "no service account " + account);
        rule(guarded(workload), object, "no network policy selects its pods");
        for (Container container : workload.withInitContainers()) {
            container.getEnv().forEach(variable -> variable(object, variable));
            container.getEnvFrom().forEach(source -> {
                String map = source.getConfigMapRef().getName();
                rule(cluster.has(ConfigMap.class, map), object, "no config map " + map);
            });
            container
                    .getVolumeMounts()
                    .forEach(mount ->
                            rule(volumes(workload).contains(mount.getName()), object, "no volume " + mount.getName()));
        }
    }

    private void variable(HasMetadata object, EnvVar variable) {
        if (variable.getValueFrom() != null) {
            var reference = variable.getValueFrom().getSecretKeyRef();
            boolean there = reference.getName().equals(SECRET)
                    || cluster.all(Secret.class).stream()
                            .filter(secret -> secret.getMetadata().getName().equals(reference.getName()))
                            .anyMatch(secret -> secret.getData().containsKey(reference.getKey()));
            rule(there, object, "no secret " + reference.getName() + " with " + reference.getKey());
        }
    }

    private static List<String> volumes(Workload workload) {
        Stream<String> claims = workload.object() instanceof StatefulSet set
                ? set.getSpec().getVolumeClaimTemplates().stream()
                        .map(claim -> claim.getMetadata().getName())
                : Stream.of();
        return Stream.concat(
                        claims,
                        workload.template().getSpec().getVolumes().stream().map(Volume::getName))
                .toList();
    }

    private boolean guarded(Workload workload) {
        return cluster.all(NetworkPolicy.class).stream()
                .map(policy -> policy.getSpec().getPodSelector().getMatchLabels())
                .anyMatch(labels -> workload.labels().entrySet().containsAll(labels.entrySet()));
    }

    private void service(Service service) {
        selects(service, service.getSpec().getSelector());
        List<String> ports = cluster.workloads().stream()
                .filter(workload -> workload.labels()
                        .entrySet()
                        .containsAll(service.getSpec().getSelector().entrySet()))
                .flatMap(workload -> workload.containers().stream())
                .flatMap(container -> container.getPorts().stream())
                .map(ContainerPort::getName)
                .toList();
        service.getSpec()
                .getPorts()
                .forEach(port -> rule(
                        ports.contains(port.getTargetPort().getStrVal()),
                        service,
                        "no port " + port.getTargetPort().getStrVal()));
    }

    private void autoscaler(HorizontalPodAutoscaler autoscaler) {
        var target = autoscaler.getSpec().getScaleTargetRef();
        rule(cluster.has(Deployment.class, target.getName()), autoscaler, "no deployment " + target.getName());
        rule(
                cluster.all(Deployment.class).stream()
                        .allMatch(deployment -> deployment.getSpec().getReplicas() == null),
                autoscaler,
                "the deployment sets replicas, too, so each apply would undo the scaling");
        rule(
                autoscaler.getSpec().getMinReplicas() <= autoscaler.getSpec().getMaxReplicas(),
                autoscaler,
                "more at least than at most");
    }
}
