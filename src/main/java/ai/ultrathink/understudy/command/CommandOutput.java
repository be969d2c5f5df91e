package ai.ultrathink.understudy.command;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The output of a command. Unlike another {@link PrintStream} it can say why it could not be written. */
public final class CommandOutput extends PrintStream {

    private static final String READER_HAS_GONE = "Broken pipe";

    private final Remembering sink;

    /** The standard output of this process, whose characters are those of its locale. */
    public static CommandOutput standard(Charset charset) {
        return new CommandOutput(new FileOutputStream(FileDescriptor.out), charset);
    }

    CommandOutput(OutputStream sink, Charset charset) {
        this(new Remembering(sink), charset);
    }

    private CommandOutput(Remembering sink, Charset charset) {
        super(sink, true, charset);
        this.sink = sink;
    }

    /** Why something could not be written, if so. A reader that has gone, such as {@code head}, has had enough, which is no failure. */
    Optional<String> failure() {
        flush();
        return Optional.ofNullable(sink.failure)
                .map(failure -> String.valueOf(failure.getMessage()))
                .filter(why -> !why.contains(READER_HAS_GONE));
    }

    private static final class Remembering extends OutputStream {

        private final OutputStream to;
        private @Nullable IOException failure;

        Remembering(OutputStream to) {
            this.to = to;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int from, int length) throws IOException {
            try {
                to.write(octets, from, length);
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }

        @Override
        public void flush() throws IOException {
            to.flush();
        }
    }
}
