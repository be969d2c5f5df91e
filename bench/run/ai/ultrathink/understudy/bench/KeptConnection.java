package ai.ultrathink.understudy.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A connection that stays open and carries one request at a time. Reads what it needs of an answer: its status and its length. */
final class KeptConnection implements AutoCloseable {

    private static final int BUFFER = 64 * 1024;
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final String LENGTH = "\r\ncontent-length:";

    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(BUFFER);
    /** Of the request that is under way; sent by one thread, read by another. */
    private volatile long dueNanos;

    private KeptConnection(SocketChannel channel) {
        this.channel = channel;
    }

    static KeptConnection open(InetSocketAddress server) throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        return new KeptConnection(channel);
    }

    SocketChannel channel() {
        return channel;
    }

    long dueNanos() {
        return dueNanos;
    }

    /** Sends a request that fits into the buffer of a socket, as those of predictions do. */
    void send(ByteBuffer request, long due) throws IOException {
        dueNanos = due;
        ByteBuffer rest = request.duplicate();
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    /**
     * Reads what has come.
     *
     * @return the status of the answer, or 0 while it is not complete
     * @throws IOException if the server has closed the connection
     */
    int receive() throws IOException {
        if (channel.read(received) < 0) {
            throw new IOException("the server has closed a connection, after "
                    + new String(received.array(), 0, received.position(), StandardCharsets.ISO_8859_1));
        }
        int end = length(received.array(), received.position());
        if (end == 0 && !received.hasRemaining()) {
            throw new IOException("an answer is longer than " + BUFFER + " bytes");
        }
        if (end == 0 || received.position() < end) {
            return 0;
        }
        int status = status(received.array());
        received.clear();
        return status;
    }

    private static int status(byte[] answer) {
        int hundreds = answer[STATUS_AT] - '0';
        int tens = answer[STATUS_AT + 1] - '0';
        return 100 * hundreds + 10 * tens + answer[STATUS_AT + 2] - '0';
    }

    /** The length of an answer with its head, or 0 while the head is not complete. */
    private static int length(byte[] answer, int count) throws IOException {
        int head = head(answer, count);
        if (head == 0) {
            return 0;
        }
        String fields = new String(answer, 0, head, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        int at = fields.indexOf(LENGTH);
        if (at < 0) {
            throw new IOException("an answer does not tell its length:\n" + fields);
        }
        int from = at + LENGTH.length();
        return head
                + Integer.parseInt(
                        fields.substring(from, fields.indexOf('\r', from)).strip());
    }

    private static int head(byte[] answer, int count) {
        for (int i = 3; i < count; i++) {
            if (answer[i] == '\n' && answer[i - 1] == '\r' && answer[i - 2] == '\n' && answer[i - 3] == '\r') {
                return i + 1;
            }
        }
        return 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
