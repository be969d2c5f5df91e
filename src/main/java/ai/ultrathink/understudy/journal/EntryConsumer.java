package ai.ultrathink.understudy.journal;

import java.nio.ByteBuffer;

/** Takes the entries of an {@link EntryBuffer}. The bytes are only valid until it returns. */
interface EntryConsumer {
    void accept(Position at, ByteBuffer bytes);
}
