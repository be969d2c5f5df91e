package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.remote.InferReply;
import ai.ultrathink.understudy.inference.remote.OipModelMetadata;
import ai.ultrathink.understudy.inference.remote.RemoteException;
import java.io.IOException;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** Finds out what a service must know of a model on a server: holds its metadata against the card, and asks the golden question. */
final class RemoteLoader {

    private static final double ROUNDING = 1e-4;

    private final ModelFolder folder;
    private final FolderContents contents;
    private final RemoteQuestions questions;
    private final TimeSource time;

    RemoteLoader(ModelFolder folder, FolderContents contents, RemoteQuestions questions, TimeSource time) {
        this.folder = folder;
        this.contents = contents;
        this.questions = questions;
        this.time = time;
    }

    /**
     * What was found out.
     *
     * @param card with a golden answer
     * @param version what the server calls the version that answered; empty if it does not say
     * @param batching the largest batch
     * @param note what readers should know of the golden answer, or null
     */
    record Found(
            ModelCard card,
            RemoteSignature signature,
            OipModelMetadata metadata,
            String version,
            Batching batching,
            @Nullable String note) {}

    /**
     * Asks the server.
     *
     * @param read the card as it is in the folder
     * @throws ModelRefusedException if the model cannot serve; the message says why
     */
    Found find(ModelCard read, RemoteSignature signature, OipModelMetadata metadata, int maxRows)
            throws IOException, RemoteException {
        GoldenFile file = new GoldenFile(folder.directory(), contents.digest());
        ModelCard.Golden before = read.golden().answered()
                ? read.golden()
                : file.read(read.inputSize(), read.actions().size());
        ModelCard card = read.with(before == null ? GoldenFile.ask(read, row -> alone(signature, row)) : before);
        float[] question = card.golden().inputArray();
        InferReply answer = questions.ask(signature, question, 1);
        ModelFolder.checkGolden(answer.values(), card);
        Batching batching = batching(signature, question, answer.values(), maxRows);
        contents.checkUnchanged();
        return new Found(card, signature, metadata, answer.version(), batching, note(file, card, before, read));
    }

    private @Nullable String note(GoldenFile file, ModelCard card, ModelCard.@Nullable Golden before, ModelCard read) {
        if (read.golden().answered() || !folder.records()) {
            return null;
        }
        return before == null ? file.write(card.golden(), time.now()) : GoldenFile.note();
    }

    private float[] alone(RemoteSignature signature, float[] row)
            throws TrialPasses.AloneException, ModelRefusedException {
        try {
            float[] answer = new float[signature.actions()];
            questions.ask(signature, row, 1).values().get(answer);
            return answer;
        } catch (RemoteException e) {
            if (e.mayBeOneRow()) {
                throw new TrialPasses.AloneException(e.detail());
            }
            throw ModelRefusedException.byServer(e.detail());
        }
    }

    /** The largest batch in which each row of the golden question has its answer: servers do not say how many rows they take. */
    private Batching batching(RemoteSignature signature, float[] question, FloatBuffer alone, int maxRows)
            throws RemoteException {
        String why = signature.mostRows() == 1 ? "the server takes one row at a time" : null;
        for (int rows = signature.mostRows(); rows > 1; rows /= 2) {
            try {
                FloatBuffer together = questions.ask(signature, question, rows).values();
                if (same(alone, together)) {
                    return new Batching(1, rows, rows < maxRows ? why : null);
                }
                why = "the server answers a row otherwise beside others";
            } catch (RemoteException e) {
                if (!e.mayBeOneRow()) {
                    throw e;
                }
                why = "the server takes fewer than " + rows + " rows: " + e.detail();
            }
        }
        return new Batching(1, 1, why);
    }

    private static boolean same(FloatBuffer alone, FloatBuffer together) {
        for (int i = 0; i < together.limit(); i++) {
            float expected = alone.get(i % alone.limit());
            if (!(Math.abs(together.get(i) - expected) <= ROUNDING * Math.max(1, Math.abs(expected)))) {
                return false;
            }
        }
        return true;
    }
}
