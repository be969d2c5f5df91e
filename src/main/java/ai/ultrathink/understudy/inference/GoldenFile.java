package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.torch.TorchThread;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code golden.json}: the golden question and answer of a network whose card gives none, recorded when it was first
 * loaded. It belongs to the files with one digest, and is no part of that digest.
 */
final class GoldenFile {

    private static final String NAME = "golden.json";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int PATTERN = 21;
    private static final int HALF_PATTERN = 10;

    private final Path directory;
    private final String digest;

    /** @param digest of the folder's files */
    GoldenFile(Path directory, String digest) {
        this.directory = directory;
        this.digest = digest;
    }

    /** What was recorded for these files; null if nothing was. */
    ModelCard.@Nullable Golden read(int inputSize, int actions) throws IOException {
        Path file = directory.resolve(NAME);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        return CardReader.recorded(
                FolderContents.small(FolderContents.regular(directory, NAME)), digest, inputSize, actions);
    }

    /**
     * Asks a network without a golden answer: the card's question, or the first of some rows that it can answer.
     *
     * @throws ModelRefusedException if it answers none of them
     */
    static ModelCard.Golden ask(Network network, ModelCard card, TorchThread torch) throws ModelRefusedException {
        return ask(card, new TrialPasses(network, torch, card.actions().size())::alone);
    }

    /** What answers a row. */
    interface Asked {

        /**
         * The answer to a row.
         *
         * @throws TrialPasses.AloneException if it does not answer this one
         * @throws ModelRefusedException if it does not answer at all
         */
        float[] answer(float[] row) throws TrialPasses.AloneException, ModelRefusedException;
    }

    /** As above, of anything that answers. */
    static ModelCard.Golden ask(ModelCard card, Asked asked) throws ModelRefusedException {
        List<float[]> questions = card.golden().input().isEmpty()
                ? questions(card)
                : List.of(card.golden().inputArray());
        String why = "";
        for (float[] question : questions) {
            try {
                float[] answer = asked.answer(question);
                if (finite(answer)) {
                    return new ModelCard.Golden(
                            list(question), list(answer), card.golden().tolerance());
                }
                why = "it answers " + Arrays.toString(answer);
            } catch (TrialPasses.AloneException | RuntimeException e) {
                why = String.valueOf(e.getMessage());
            }
        }
        throw new ModelRefusedException(
                card.golden().input().isEmpty()
                                && !why.startsWith("output for")
                                && !why.startsWith("the network answers")
                        ? why
                                + " (it was asked with numbers from -1 to 1, zeros and ones; give a golden.input that it can"
                                + " answer)"
                        : why);
    }

    /** Small numbers of both signs, zeros, ones. A network of whole numbers may look them up in a table. */
    private static List<float[]> questions(ModelCard card) {
        float[] mixed = new float[card.inputSize()];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = (i % PATTERN) / (float) HALF_PATTERN - 1;
        }
        float[] ones = new float[card.inputSize()];
        Arrays.fill(ones, 1);
        float[] zeros = new float[card.inputSize()];
        return card.input().type().whole() ? List.of(zeros, ones) : List.of(mixed, zeros, ones);
    }

    /**
     * Writes the file, whole or not at all.
     *
     * @return what readers should know
     */
    String write(ModelCard.Golden golden, Instant at) {
        ObjectNode file = JSON.createObjectNode();
        file.put("recorded", true);
        file.put("recorded_at", at.toString());
        file.put("digest", digest);
        ArrayNode input = file.putArray("input");
        golden.input().forEach(input::add);
        ArrayNode output = file.putArray("output");
        golden.output().forEach(output::add);
        file.put("tolerance", golden.allowed());
        try {
            replace(file.toString().getBytes(StandardCharsets.UTF_8));
            return note();
        } catch (IOException e) {
            return "its golden answer was recorded when it was loaded and is kept in memory only, because golden.json"
                    + " cannot be written into the folder";
        }
    }

    /** What readers should know of a recorded answer. */
    static String note() {
        return "its golden answer was recorded by the service in golden.json: it shows that the network answers as it did"
                + " then, not that this was right";
    }

    private void replace(byte[] bytes) throws IOException {
        Path written = Files.createTempFile(directory, ".golden-", ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
                ByteBuffer left = ByteBuffer.wrap(bytes);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                channel.force(true);
            }
            Files.move(written, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private static boolean finite(float[] answer) {
        for (float number : answer) {
            if (!Float.isFinite(number)) {
                return false;
            }
        }
        return true;
    }

    private static List<Float> list(float[] numbers) {
        List<Float> list = new ArrayList<>();
        for (float number : numbers) {
            list.add(number);
        }
        return list;
    }
}
