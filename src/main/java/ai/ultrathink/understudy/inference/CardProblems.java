package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is wrong with a card. A field that the reader of cards refuses is noted and replaced by one that it accepts, until it
 * accepts the whole card.
 *
 * @param problems what is wrong, in the order of the reader
 * @param repaired a card that loads; null if what the network takes and answers is not known
 */
record CardProblems(List<String> problems, @Nullable String repaired) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> NO_MATTER = Set.of("version", "parameters", "golden");
    private static final int MOST = 200;

    static CardProblems of(byte[] json) {
        List<String> problems = new ArrayList<>();
        Set<String> fields = new HashSet<>();
        byte[] card = json;
        while (true) {
            try {
                CardReader.read(card);
                return new CardProblems(
                        problems, problems.isEmpty() || !NO_MATTER.containsAll(fields) ? null : heldToNothing(card));
            } catch (ModelRefusedException e) {
                problems.add(String.valueOf(e.getMessage()));
                if (!(e.getCause() instanceof InvalidValueException invalid)) {
                    return new CardProblems(problems, null);
                }
                String field = invalid.field().split("[.\\[]", 2)[0];
                if (!(tree(json) instanceof ObjectNode)
                        || (!fields.add(field) && !field.equals("golden"))
                        || problems.size() > MOST) {
                    return new CardProblems(problems, null);
                }
                card = repaired((ObjectNode) tree(card), invalid.field());
            }
        }
    }

    private static JsonNode tree(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException("it was read before", e);
        }
    }

    private static byte[] repaired(ObjectNode card, String field) {
        switch (field.split("[.\\[]", 2)[0]) {
            case "version" -> card.put("version", "1");
            case "output" -> card.put("output", "probabilities");
            case "input_size" -> inputSize(card);
            case "actions" -> actions(card);
            case "golden" -> golden(card, field);
            default -> card.remove(field.split("[.\\[]", 2)[0]);
        }
        return card.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void inputSize(ObjectNode card) {
        if (card.has("input")) {
            card.remove("input_size");
        } else {
            card.put("input_size", Math.max(1, card.path("golden").path("input").size()));
        }
    }

    private static void actions(ObjectNode card) {
        int answers = card.path("golden").path("output").size();
        List<String> names = new ArrayList<>(Actions.USUAL.names());
        if (answers >= 2 && answers <= 32) {
            names.clear();
            for (int i = 0; i < answers; i++) {
                names.add("A" + i);
            }
        }
        card.set("actions", JSON.valueToTree(names));
    }

    private static void golden(ObjectNode card, String field) {
        ObjectNode golden = card.path("golden") instanceof ObjectNode given ? given : card.putObject("golden");
        if (field.equals("golden") || field.startsWith("golden.input")) {
            numbers(golden, "input", card.path("input_size").asInt(1), field);
        }
        if (field.equals("golden") || field.startsWith("golden.output")) {
            numbers(golden, "output", card.path("actions").size(), field);
        }
        if (field.equals("golden.tolerance")) {
            golden.remove("tolerance");
        }
    }

    /** The card, with every answer of the network accepted. */
    private static String heldToNothing(byte[] card) {
        ObjectNode tree = (ObjectNode) tree(card);
        tree.remove("golden");
        return tree.toString();
    }

    /** One number of a list is replaced by itself, so that the others are read, too. */
    private static void numbers(ObjectNode golden, String name, int size, String field) {
        int bracket = field.indexOf('[');
        if (bracket > 0 && golden.path(name).isArray()) {
            int place = Integer.parseInt(field.substring(bracket + 1, field.indexOf(']')));
            golden.withArray("/" + name).set(place, JSON.getNodeFactory().numberNode(0));
            return;
        }
        ArrayNode list = golden.putArray(name);
        for (int i = 0; i < size; i++) {
            list.add(0);
        }
    }
}
