package ai.ultrathink.understudy.deploy;

import ai.ultrathink.understudy.deploy.Cluster.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rules for pods: nothing that the restricted standard forbids, probes, resources, images that stay what they are. */
final class PodRules {

    private final String name;
    private final List<String> broken = new ArrayList<>();

    private PodRules(String name) {
        this.name = name;
    }

    static Stream<String> broken(Workload workload) {
        PodRules rules = new PodRules(workload.name());
        rules.pod(workload.template().getSpec());
        workload.withInitContainers().forEach(rules::container);
        workload.containers().forEach(rules::probes);
        return rules.broken.stream();
    }

    private void rule(boolean kept, String otherwise) {
        if (!kept) {
            broken.add(name + ": " + otherwise);
        }
    }

    private void pod(PodSpec pod) {
        PodSecurityContext security = Objects.requireNonNullElseGet(pod.getSecurityContext(), PodSecurityContext::new);
        rule(isTrue(security.getRunAsNonRoot()), "runAsNonRoot is not true");
        rule(security.getRunAsUser() != null && security.getRunAsUser() > 0, "no runAsUser other than root");
        rule(
                security.getSeccompProfile() != null
                        && "RuntimeDefault".equals(security.getSeccompProfile().getType()),
                "seccompProfile is not RuntimeDefault");
        rule(isFalse(pod.getAutomountServiceAccountToken()), "a service account token is mounted");
        rule(
                !isTrue(pod.getHostNetwork()) && !isTrue(pod.getHostPID()) && !isTrue(pod.getHostIPC()),
                "host namespaces");
        rule(pod.getTerminationGracePeriodSeconds() != null, "no terminationGracePeriodSeconds");
        for (Volume volume : pod.getVolumes()) {
            rule(volume.getHostPath() == null, "volume " + volume.getName() + " is the host's");
            rule(
                    volume.getEmptyDir() == null || volume.getEmptyDir().getSizeLimit() != null,
                    "volume " + volume.getName() + " may fill the node");
        }
    }

    private void container(Container container) {
        String who = "container " + container.getName();
        SecurityContext security = Objects.requireNonNullElseGet(container.getSecurityContext(), SecurityContext::new);
        rule(isFalse(security.getAllowPrivilegeEscalation()), who + " may gain privileges");
        rule(isTrue(security.getReadOnlyRootFilesystem()), who + " may write to its root file system");
        rule(!isTrue(security.getPrivileged()), who + " is privileged");
        rule(
                security.getCapabilities() != null
                        && security.getCapabilities().getDrop().contains("ALL")
                        && security.getCapabilities().getAdd().isEmpty(),
                who + " keeps capabilities");
        rule(
                container.getImage().matches(".+(:[\\w.-]+|@sha256:[0-9a-f]{64})")
                        && !container.getImage().endsWith(":latest"),
                who + " has an image that changes: " + container.getImage());
        resources(who, container);
    }

    private void resources(String who, Container container) {
        Map<String, Quantity> requests = container.getResources() == null
                ? Map.of()
                : container.getResources().getRequests();
        Map<String, Quantity> limits = container.getResources() == null
                ? Map.of()
                : container.getResources().getLimits();
        for (String resource : List.of("cpu", "memory")) {
            rule(requests.containsKey(resource), who + " requests no " + resource);
            rule(limits.containsKey(resource), who + " has no limit of " + resource);
        }
        rule(
                Objects.equals(requests.get("memory"), limits.get("memory")),
                who + " may take memory that the node does not have");
    }

    private void probes(Container container) {
        String who = "container " + container.getName();
        probe(who + "'s startupProbe", container, container.getStartupProbe());
        probe(who + "'s readinessProbe", container, container.getReadinessProbe());
        probe(who + "'s livenessProbe", container, container.getLivenessProbe());
    }

    private void probe(String which, Container container, @Nullable Probe probe) {
        if (probe == null) {
            rule(false, which + " is missing");
            return;
        }
        rule(
                probe.getPeriodSeconds() != null
                        && probe.getTimeoutSeconds() != null
                        && probe.getFailureThreshold() != null,
                which + " leaves its times to defaults");
        HTTPGetAction get = probe.getHttpGet();
        if (get != null) {
            rule(get.getPath().startsWith("/q/health/"), which + " asks " + get.getPath());
            rule(
                    container.getPorts().stream()
                            .map(ContainerPort::getName)
                            .anyMatch(port -> port.equals(get.getPort().getStrVal())),
                    which + " names no port of the container");
        }
    }

    private static boolean isTrue(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }

    private static boolean isFalse(@Nullable Boolean value) {
        return Boolean.FALSE.equals(value);
    }
}
