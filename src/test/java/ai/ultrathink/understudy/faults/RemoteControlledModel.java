package ai.ultrathink.understudy.faults;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model that does what it is told to while it serves; see src/test/puppets. */
enum RemoteControlledModel {
    TREATMENT("puppet"),
    CONTROL("puppet_control");

    /** Below the directory that services run in. */
    private static final Path ORDERS = Path.of("target", "faults");

    private static final int BYTES = 2 * Float.BYTES;

    private final String model;

    RemoteControlledModel(String model) {
        this.model = model;
    }

    /** The name that tests know it by. */
    String model() {
        return model;
    }

    void behaves() {
        order(0, 0);
    }

    void throwsAtEveryCall() {
        order(1, 0);
    }

    void answersNan() {
        order(2, 0);
    }

    void answersTwoNumbersARow() {
        order(3, 0);
    }

    void changesItsAnswers() {
        order(4, 0);
    }

    /** Burns processor time in each pass; seven million steps are about a second. */
    void burnsForEachPass(double millionSteps) {
        order(5, millionSteps);
    }

    void burnsForEachRow(double millionSteps) {
        order(6, millionSteps);
    }

    void keepsMemory(double mebibytesAtEachPass) {
        order(7, mebibytesAtEachPass);
    }

    /** Every pass waits in the operating system until the next order. */
    void hangs() {
        Path pipe = fresh();
        try {
            makePipe(pipe);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        put(pipe);
    }

    private void order(float what, double much) {
        Path file = fresh();
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(what).putFloat((float) much);
        try {
            Files.write(file, bytes.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        put(file);
    }

    private Path fresh() {
        try {
            Files.createDirectories(ORDERS);
            Path next = ORDERS.resolve(model + ".next");
            Files.deleteIfExists(next);
            return next;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void put(Path next) {
        Path orders = ORDERS.resolve(model);
        Path before = ORDERS.resolve(model + ".before");
        try {
            Files.deleteIfExists(before);
            if (Files.exists(orders)) {
                Files.createLink(before, orders);
            }
            Files.move(next, orders, ATOMIC_MOVE, REPLACE_EXISTING);
            if (Files.exists(before) && !Files.isRegularFile(before)) {
                release(before);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those who wait at a pipe go on when it is opened for writing; opened for both, it waits for nobody itself. */
    private static void release(Path pipe) throws IOException {
        new RandomAccessFile(pipe.toFile(), "rw").close();
    }

    private static void makePipe(Path pipe) throws IOException {
        Process process = new ProcessBuilder("mkfifo", pipe.toString()).start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("mkfifo " + pipe + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
