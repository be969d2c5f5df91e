package ai.ultrathink.understudy.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An overlay of deploy/k8s and what it makes.
 *
 * @param name its folder's
 * @param text as kubectl renders it
 * @param cluster the objects in it
 */
record Overlay(String name, String text, Cluster cluster) {

    static final Path K8S = Path.of("deploy", "k8s");
    static final List<String> NAMES = List.of("dev", "jvm", "production");

    static Overlay render(Kubectl kubectl, String name) throws IOException, InterruptedException {
        String text = kubectl.kustomize(K8S.resolve("overlays").resolve(name));
        return new Overlay(name, text, Cluster.of(text));
    }

    static List<Overlay> renderAll(Kubectl kubectl) throws IOException, InterruptedException {
        List<Overlay> overlays = new ArrayList<>();
        for (String name : NAMES) {
            overlays.add(render(kubectl, name));
        }
        return overlays;
    }

    PodSpec pod() {
        return cluster.one(Deployment.class, "understudy")
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    /** The service's container. */
    Container container() {
        return pod().getContainers().getFirst();
    }

    /** What the config map says. */
    Map<String, String> variables() {
        return cluster.one(ConfigMap.class, "understudy").getData();
    }

    /** The Dockerfile of the image that it runs. */
    Dockerfile image() {
        return Dockerfile.read(container().getImage().endsWith("-jvm") ? "jvm" : "native");
    }

    @Override
    public String toString() {
        return name;
    }
}
