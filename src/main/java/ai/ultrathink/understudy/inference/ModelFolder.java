package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Action;
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

/**
 * {@code <models>/<name>/} with {@code model.pt} and {@code model.json}.
 *
 * @param mostNetworkBytes the largest {@code model.pt} that is read
 */
record ModelFolder(String name, Path directory, long mostNetworkBytes) {

    private static final long USUAL_MOST_BYTES = 2L << 30;

    ModelFolder(String name, Path directory) {
        this(name, directory, USUAL_MOST_BYTES);
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
     * @throws ModelRefusedException if the folder cannot serve; the message says why
     */
    LoadedModel load(FolderContents contents, NetworkLoader loader, TorchThread torch, int maxRows, TimeSource time)
            throws ModelRefusedException {
        try {
            ModelCard card = CardReader.read(contents.card());
            Network network = loader.load(contents.network());
            try {
                // the digest is that of the files that were loaded
                contents.checkUnchanged();
                Batching batching = new BatchingTrial(network, torch, maxRows, time)
                        .run(card.golden().inputArray());
                checkGolden(network, card, batching, torch);
                return new LoadedModel(name, card, contents.digest(), network, batching, time.now());
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
