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
            return differs("name", ServerText.shown(before.name), ServerText.shown(name));
        }
        if (pinned == null && !versions.equals(before.versions)) {
            return differs("versions", ServerText.shown(before.versions), ServerText.shown(versions));
        }
        if (pinned != null && before.versions.contains(pinned) && !versions.contains(pinned)) {
            return differs("versions", ServerText.shown(before.versions), ServerText.shown(versions));
        }
        if (!platform.equals(before.platform)) {
            return differs("platform", ServerText.shown(before.platform), ServerText.shown(platform));
        }
        if (!inputs.equals(before.inputs)) {
            return differs("inputs", ServerText.tensors(before.inputs), ServerText.tensors(inputs));
        }
        return outputs.equals(before.outputs)
                ? null
                : differs("outputs", ServerText.tensors(before.outputs), ServerText.tensors(outputs));
    }

    private static String differs(String what, String before, String now) {
        return "its " + what + " were " + before + " when it was loaded, and are " + now;
    }
}
