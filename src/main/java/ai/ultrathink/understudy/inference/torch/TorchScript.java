package ai.ultrathink.understudy.inference.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A TorchScript module in native memory. Forward passes may run on several threads, each with its own {@link TorchThread}. */
public final class TorchScript implements AutoCloseable {

    private static final String[] NO_FILES = {};

    private final PtNDManager manager;
    private final PtSymbolBlock block;

    private TorchScript(PtNDManager manager, PtSymbolBlock block) {
        this.manager = manager;
        this.block = block;
    }

    /**
     * Loads a module for inference on the CPU.
     *
     * @param mostBytes limit on what the file unpacks to
     * @throws TorchException if the file is not a TorchScript module that this libtorch can read
     */
    public static TorchScript load(Path file, long mostBytes) {
        try (Archive archive = Archive.open(file)) {
            archive.check(mostBytes);
        } catch (IOException e) {
            throw new TorchException("not a TorchScript module: " + e.getMessage());
        }
        PtNDManager manager = newManager();
        try {
            // maps weights saved on a graphics card to the CPU; libtorch reads the file outside the heap
            PtSymbolBlock block = JniUtils.loadModule(manager, file, true, NO_FILES, NO_FILES, false);
            JniUtils.enableInferenceMode(block);
            return new TorchScript(manager, block);
        } catch (EngineException | IllegalArgumentException | IllegalStateException e) {
            manager.close();
            throw new TorchException("not a TorchScript module", e);
        }
    }

    /**
     * Why a module must not get several rows at once, according to its code: libtorch could end the process. Empty if
     * there is no reason.
     */
    public static Optional<String> onlyOneRow(Path file) {
        try (Archive archive = Archive.open(file)) {
            return StartStates.fixed(archive.code())
                    ? Optional.of(
                            "a recurrent layer begins with a state of fixed size, such as that of a network traced with"
                                    + " one row; make the state from the input's size")
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of("its code could not be analysed: " + e.getMessage());
        }
    }

    static PtNDManager newManager() {
        return (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
    }

    PtSymbolBlock block() {
        return block;
    }

    /** Frees the native memory. No forward pass may be running or follow. */
    @Override
    public void close() {
        block.close();
        manager.close();
    }
}
