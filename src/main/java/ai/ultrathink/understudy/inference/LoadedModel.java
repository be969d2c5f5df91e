package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Outcome;
import java.nio.FloatBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One version of a model in memory, with a reference count. Each user acquires it, and its native memory is freed when
 * it has been replaced and the last user releases it.
 */
final class LoadedModel {

    private final ModelVersion version;
    private final ModelCard card;
    private final String digest;
    private final Network network;
    private final Batching batching;
    private final Instant loadedAt;
    private final OutputReader reader;
    private final AtomicInteger holders = new AtomicInteger(1);
    // written before other threads see this model
    private @Nullable WorkerCopy copy;
    private Consumer<WorkerCopy> freeing = freed -> {};
    private @Nullable RemoteArm arm;
    private @Nullable String goldenNote;

    /**
     * @param digest digest of the folder's files, to detect changes
     * @param batching how the network's rows may run together
     */
    LoadedModel(String name, ModelCard card, String digest, Network network, Batching batching, Instant loadedAt) {
        this.version = new ModelVersion(name, card.version(), digest);
        this.card = card;
        this.digest = digest;
        this.network = network;
        this.batching = batching;
        this.loadedAt = loadedAt;
        this.reader = new OutputReader(card.actions(), card.output());
    }

    /** Adds what readers should know of its golden answer. */
    LoadedModel noting(String ofGolden) {
        goldenNote = ofGolden;
        return this;
    }

    /** What readers should know of it, or null. */
    @Nullable String note() {
        String note = Stream.of(
                        Optional.ofNullable(arm).map(on -> on.server().full()),
                        Optional.ofNullable(batching.note()),
                        Optional.ofNullable(goldenNote))
                .flatMap(Optional::stream)
                .collect(Collectors.joining("; "));
        return note.isEmpty() ? null : note;
    }

    ModelCard card() {
        return card;
    }

    /** The actions that it advises. */
    Actions actions() {
        return reader.actions();
    }

    String digest() {
        return digest;
    }

    /** The version that every answer and every row names. */
    ModelVersion version() {
        return version;
    }

    Instant loadedAt() {
        return loadedAt;
    }

    /** Acquires the model; false if it is already being freed. */
    boolean acquire() {
        int now;
        do {
            now = holders.get();
            if (now == 0) {
                return false;
            }
        } while (!holders.compareAndSet(now, now + 1));
        return true;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            network.close();
            if (copy != null) {
                freeing.accept(copy);
            }
        }
    }

    /**
     * Adds the copy in the worker, which runs this version as a treatment.
     *
     * @param whenFreed called when the last user has released this model
     */
    LoadedModel with(WorkerCopy inWorker, Consumer<WorkerCopy> whenFreed) {
        copy = inWorker;
        freeing = whenFreed;
        return this;
    }

    /** Adds the server that answers for it, in both roles. */
    LoadedModel with(RemoteArm server) {
        arm = server;
        return this;
    }

    /** The server that answers for it, if it is on another machine. */
    @Nullable RemoteArm arm() {
        return arm;
    }

    /** The copy in the worker, if treatments run there. */
    @Nullable WorkerCopy copy() {
        return copy;
    }

    /** The raw answer to the card's golden question. */
    NetworkOutput askGolden(TorchThread thread) {
        return network.forward(thread, card.golden().inputArray(), batching.block());
    }

    /** The answer that the card expects to the golden question. */
    Answer goldenAnswer() {
        return reader.expected(card.golden().output());
    }

    Batching batching() {
        return batching;
    }

    NetworkOutput forward(TorchThread thread, int rows) {
        return network.forward(thread, rows, card.inputSize());
    }

    Outcome read(FloatBuffer values, int row, long latencyNanos) {
        return reader.read(values, row, version, latencyNanos);
    }
}
