package ai.ultrathink.understudy.inference.remote;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of a model.
 *
 * @param versions those that it has, if it says so
 * @param platform what runs the model
 */
public record OipModelMetadata(
        String name,
        List<String> versions,
        String platform,
        List<TensorMetadata> inputs,
        List<TensorMetadata> outputs) {

    public OipModelMetadata {
        versions = versions.stream().sorted().toList();
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * How it differs from what was read before, in words; null if it does not.
     *
     * @param pinned the version that is asked for, no matter which others there are; or null
     */
    public @Nullable String differs(OipModelMetadata before, @Nullable String pinned) {
        if (!name.equals(before.name)) {
            return differs("name", before.name, name);
        }
        if (pinned == null && !versions.equals(before.versions)) {
            return differs("versions", before.versions, versions);
        }
        if (pinned != null && before.versions.contains(pinned) && !versions.contains(pinned)) {
            return differs("versions", before.versions, versions);
        }
        if (!platform.equals(before.platform)) {
            return differs("platform", before.platform, platform);
        }
        if (!inputs.equals(before.inputs)) {
            return differs("inputs", described(before.inputs), described(inputs));
        }
        return outputs.equals(before.outputs)
                ? null
                : differs("outputs", described(before.outputs), described(outputs));
    }

    private static String differs(String what, Object before, Object now) {
        return "its " + what + " were " + before + " when it was loaded, and are " + now;
    }

    private static String described(List<TensorMetadata> tensors) {
        return tensors.stream().map(TensorMetadata::describe).toList().toString();
    }
}
