package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import ai.ultrathink.understudy.outcome.Outcome;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code <models>/<name>/} with {@code model.json} and the network's file.
 *
 * @param mostNetworkBytes the largest network that is read
 * @param records whether a load writes the golden answer that the card lacks beside it
 */
record ModelFolder(String name, Path directory, long mostNetworkBytes, boolean records) {

    private static final long USUAL_MOST_BYTES = 2L << 30;
    private static final int WARM_UP_PASSES = 3;

    ModelFolder(String name, Path directory) {
        this(name, directory, USUAL_MOST_BYTES);
    }

    ModelFolder(String name, Path directory, long mostNetworkBytes) {
        this(name, directory, mostNetworkBytes, true);
    }

    /** A folder that a load does not change. */
    static ModelFolder unchanged(String name, Path directory) {
        return new ModelFolder(name, directory, USUAL_MOST_BYTES, false);
    }

    /** Digest of the folder, which changes when either file changes. */
    String digest() throws IOException {
        return contents().digest();
    }

    /** Reads the present contents. */
    FolderContents contents() throws IOException {
        return FolderContents.read(directory, mostNetworkBytes);
    }

    /**
     * Loads the model, warms it up, determines its batching and asks its golden question.
     *
     * @param contents the contents that were read
     * @param maxRows the largest batch that it will get
     * @param known how its rows run together, if another process of this machine has found out; else null
     * @throws ModelRefusedException if the folder cannot serve; the message says why
     */
    LoadedModel load(
            FolderContents contents,
            NetworkLoader loader,
            TorchThread torch,
            int maxRows,
            @Nullable Batching known,
            TimeSource time)
            throws ModelRefusedException {
        try {
            ModelCard read = CardReader.read(contents.card());
            if (read.sha256() != null) {
                contents.checkNetwork(read.sha256());
            }
            Network network = loader.load(contents.network(), read);
            try {
                // the digest is that of the files that were loaded
                contents.checkUnchanged();
                GoldenFile file = new GoldenFile(directory, contents.digest());
                ModelCard.Golden before = read.golden().answered()
                        ? read.golden()
                        : file.read(read.inputSize(), read.actions().size());
                ModelCard card = read.with(before == null ? GoldenFile.ask(network, read, torch) : before);
                float[] golden = card.golden().inputArray();
                Batching batching = known == null
                        ? new BatchingTrial(network, torch, card.actions().size(), maxRows, time).run(golden)
                        : warmedUp(network, torch, golden, known);
                checkGolden(
                        network.forward(torch, card.golden().inputArray(), batching.block())
                                .values(),
                        card);
                LoadedModel model = new LoadedModel(name, card, contents.digest(), network, batching, time.now());
                if (read.golden().answered() || !records) {
                    return model;
                }
                return model.noting(before == null ? file.write(card.golden(), time.now()) : GoldenFile.note());
            } catch (IOException | RuntimeException | Error e) {
                network.close();
                throw e;
            }
        } catch (IOException e) {
            throw refused(e);
        } catch (RuntimeException e) {
            throw new ModelRefusedException(firstLine(e), e);
        }
    }

    /** The first passes of a network are a thousand times slower than the later ones. */
    private static Batching warmedUp(Network network, TorchThread torch, float[] golden, Batching batching) {
        for (int pass = 0; pass < WARM_UP_PASSES; pass++) {
            network.forward(torch, golden, batching.block());
        }
        return batching;
    }

    /** The exception for a file that cannot be read. */
    ModelRefusedException refused(IOException e) {
        return switch (e) {
            case ModelRefusedException refused -> refused;
            case NoSuchFileException missing ->
                new ModelRefusedException(Path.of(missing.getFile()).getFileName() + " is missing", e);
            case AccessDeniedException denied ->
                new ModelRefusedException(
                        Path.of(denied.getFile()).getFileName() + " cannot be read: permission denied", e);
            default -> new ModelRefusedException(firstLine(e), e);
        };
    }

    /** @throws ModelRefusedException if the answer to the golden question is not the one that the card expects */
    static void checkGolden(FloatBuffer output, ModelCard card) throws ModelRefusedException {
        List<Float> expected = card.golden().output();
        for (int i = 0; i < expected.size(); i++) {
            float off = Math.abs(output.get(i) - expected.get(i));
            if (!(off <= card.golden().allowed())) {
                throw new ModelRefusedException(
                        "golden answer [" + i + "] is " + output.get(i) + ", model.json expects " + expected.get(i)
                                + " within " + card.golden().allowed());
            }
        }
        // a card may expect an invalid answer: then no request would get one
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
