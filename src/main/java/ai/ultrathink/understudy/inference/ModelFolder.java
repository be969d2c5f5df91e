package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Action;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Texts;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import ai.ultrathink.understudy.outcome.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** {@code <models>/<name>/} with {@code model.pt} and {@code model.json}. */
record ModelFolder(String name, Path directory) {

    private static final Logger LOG = Logger.getLogger(ModelFolder.class);

    /** The folders of a directory that hold a model or should, in alphabetical order. */
    static List<ModelFolder> in(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry ->
                            Files.exists(entry.resolve("model.pt")) || Files.exists(entry.resolve("model.json")))
                    .map(entry -> new ModelFolder(String.valueOf(entry.getFileName()), entry))
                    .filter(ModelFolder::wellNamed)
                    .sorted(Comparator.comparing(ModelFolder::name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the models directory " + directory.toAbsolutePath() + " cannot be read; set"
                            + " UNDERSTUDY_MODELS_DIR",
                    e);
        }
    }

    private static boolean wellNamed(ModelFolder folder) {
        try {
            Texts.model("model folder", folder.name());
            return true;
        } catch (InvalidValueException e) {
            LOG.warnf("skipped: %s", e.getMessage());
            return false;
        }
    }

    private Path network() {
        return directory.resolve("model.pt");
    }

    private Path card() {
        return directory.resolve("model.json");
    }

    /** Changes when either file changes. */
    String digest() throws IOException {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(Files.readAllBytes(card()));
            sha256.update(Files.readAllBytes(network()));
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Loads the model, warms it, finds out how its rows may run together and asks its golden question.
     *
     * @param maxRows the largest batch that will be asked of it
     * @throws ModelRefusedException saying why the folder cannot serve
     */
    LoadedModel load(NetworkLoader loader, TorchThread torch, int maxRows, TimeSource time)
            throws ModelRefusedException {
        try {
            String digest = digest();
            ModelCard card = ModelCard.read(card());
            Network network = loader.load(network());
            try {
                Batching batching = new BatchingTrial(network, torch, maxRows, time)
                        .run(card.golden().inputArray());
                checkGolden(network, card, batching, torch);
                return new LoadedModel(name, card, digest, network, batching, time.now());
            } catch (ModelRefusedException | RuntimeException | Error e) {
                network.close();
                throw e;
            }
        } catch (IOException e) {
            throw refused(e);
        } catch (RuntimeException e) {
            throw new ModelRefusedException(firstLine(e), e);
        }
    }

    /** Says that a file of the folder cannot be read. */
    ModelRefusedException refused(IOException e) {
        return e instanceof NoSuchFileException missing
                ? new ModelRefusedException(Path.of(missing.getFile()).getFileName() + " is missing", e)
                : new ModelRefusedException(firstLine(e), e);
    }

    private static void checkGolden(Network network, ModelCard card, Batching batching, TorchThread torch)
            throws ModelRefusedException {
        FloatBuffer output = network.forward(torch, card.golden().inputArray(), batching.block())
                .values();
        List<Float> expected = card.golden().output();
        for (int i = 0; i < Action.COUNT; i++) {
            float off = Math.abs(output.get(i) - expected.get(i));
            if (!(off <= card.golden().allowed())) {
                throw new ModelRefusedException(
                        "golden answer [" + i + "] is " + output.get(i) + ", model.json expects " + expected.get(i)
                                + " within " + card.golden().allowed());
            }
        }
        // a card may expect nonsense too: no request would get an answer
        Outcome answer = new OutputReader(card.actions(), card.output())
                .read(output, 0, ModelVersion.withoutDigest("", card.version()), 0);
        if (answer instanceof Outcome.Invalid invalid) {
            throw new ModelRefusedException("golden " + invalid.detail());
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }
}
