package ai.ultrathink.understudy.inference.torch;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.ultrathink.understudy.inference.tensor.OutputHead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Finds the tensor with the scores in what a network answers with, or says what there is. */
final class OutputPicker {

    private static final int MOST_SHOWN = 8;

    private OutputPicker() {}

    /**
     * The chosen tensor, which the caller closes.
     *
     * @throws TorchException if the answer has no such tensor; the message says what it has
     */
    static PtNDArray pick(IValue answer, OutputHead head, PtNDManager manager) {
        if (answer.isTensor()) {
            if (head.name() != null || (head.index() != null && head.index() != 0)) {
                throw new TorchException("the network answers with one tensor, and model.json asks for output "
                        + wanted(head) + "; leave index and name out");
            }
            return answer.toTensor(manager);
        }
        Map<String, IValue> parts = parts(answer);
        try {
            String key = head.name() != null ? head.name() : String.valueOf(head.index());
            boolean named = answer.isMap();
            IValue part = named == (head.name() != null) ? parts.get(key) : null;
            if (head.any() || part == null || !part.isTensor()) {
                throw new TorchException(missing(answer, parts, head, manager));
            }
            return part.toTensor(manager);
        } finally {
            parts.values().forEach(IValue::close);
        }
    }

    private static String missing(IValue answer, Map<String, IValue> parts, OutputHead head, PtNDManager manager) {
        if (parts.isEmpty()) {
            return "the network answers with no tensor but " + kind(answer) + "; export it so that it answers with the"
                    + " scores of the actions";
        }
        boolean named = answer.isMap();
        String first = parts.keySet().iterator().next();
        String example = named ? "\"name\": \"" + first + "\"" : "\"index\": " + first;
        return "the network answers with " + kind(answer) + ": " + shown(parts, named, manager) + "; "
                + (head.any()
                        ? "say in model.json which has the scores"
                        : "model.json asks for " + wanted(head) + ", which is no tensor of it")
                + ", such as \"output\": {\"kind\": \"logits\", " + example + "}";
    }

    private static String wanted(OutputHead head) {
        return head.name() != null ? "\"" + head.name() + "\"" : "[" + head.index() + "]";
    }

    private static Map<String, IValue> parts(IValue answer) {
        if (answer.isMap()) {
            return new TreeMap<>(answer.toIValueMap());
        }
        IValue[] list = answer.isTuple()
                ? answer.toIValueTuple()
                : answer.isTensorList() || answer.isList() ? answer.toIValueArray() : new IValue[0];
        Map<String, IValue> parts = new TreeMap<>((one, other) -> Integer.compare(index(one), index(other)));
        for (int i = 0; i < list.length; i++) {
            parts.put(String.valueOf(i), list[i]);
        }
        return parts;
    }

    /** A name, which a list does not have, is no index. */
    private static int index(String key) {
        try {
            return Integer.parseInt(key);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static String shown(Map<String, IValue> parts, boolean named, PtNDManager manager) {
        List<String> shown = new ArrayList<>();
        for (Map.Entry<String, IValue> part : parts.entrySet()) {
            if (shown.size() == MOST_SHOWN) {
                shown.add("and " + (parts.size() - MOST_SHOWN) + " more");
                break;
            }
            String key = named ? "\"" + part.getKey() + "\"" : "[" + part.getKey() + "]";
            shown.add(key + " " + described(part.getValue(), manager));
        }
        return String.join(", ", shown);
    }

    private static String described(IValue part, PtNDManager manager) {
        if (!part.isTensor()) {
            return kind(part);
        }
        try (PtNDArray tensor = part.toTensor(manager)) {
            return described(tensor);
        }
    }

    /** Type and shape, such as {@code float32 [1, 3]}. */
    static String described(PtNDArray tensor) {
        return tensor.getDataType().name().toLowerCase(Locale.ROOT) + " "
                + Arrays.toString(tensor.getShape().getShape());
    }

    private static String kind(IValue value) {
        if (value.isTuple()) {
            return "a tuple";
        }
        if (value.isMap()) {
            return "a dictionary";
        }
        return value.isTensorList() || value.isList() ? "a list" : value.getType();
    }
}
