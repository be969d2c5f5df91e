package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Journal entries as bytes. The first byte says what an entry is and in which version of this format; an entry that this
 * version does not know is refused, never guessed at. Not thread-safe: each thread has a codec of its own.
 */
final class ObservationCodec {

    private static final byte WHOLE = 1;
    private static final byte OPENED = 2;
    private static final byte CLOSED = 3;

    private static final byte ABSENT = 0;
    private static final byte ANSWERED = 1;
    private static final byte TIMED_OUT = 2;
    private static final byte REJECTED = 3;
    private static final byte FAILED = 4;
    private static final byte INVALID = 5;

    private static final byte NONE = -1;
    // ids have at most 100 characters, model names 255, each character at most four bytes
    private static final int LONGEST = 8 * 1024;

    // the place in these lists is the format: only ever add at the end
    private static final List<Group> GROUPS = List.of(Group.CONTROL, Group.TREATMENT, Group.SHADOW);
    private static final List<Variant> VARIANTS = List.of(Variant.CONTROL, Variant.TREATMENT);
    private static final List<Fallback> FALLBACKS = List.of(
            Fallback.TREATMENT_ERROR,
            Fallback.TREATMENT_TIMEOUT,
            Fallback.TREATMENT_REJECTED,
            Fallback.GUARD_OPEN,
            Fallback.TEST_DISABLED,
            Fallback.FENCED);

    private final byte[] bytes = new byte[LONGEST];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes);

    /** Writes an entry; {@link #bytes} has it then, up to the answered length. */
    int encode(Entry entry) {
        buffer.clear();
        switch (entry) {
            case Entry.Whole whole -> {
                buffer.put(WHOLE);
                put(whole.observation());
            }
            case Entry.Opened opened -> {
                buffer.put(OPENED);
                put(opened.observation());
            }
            case Entry.Closed closed -> {
                buffer.put(CLOSED);
                put(closed.rowId());
                put(closed.treatment());
            }
        }
        return buffer.position();
    }

    byte[] bytes() {
        return bytes;
    }

    /**
     * Reads an entry.
     *
     * @throws IllegalArgumentException when the bytes are not an entry of this version
     */
    static Entry decode(ByteBuffer from) {
        byte kind = from.get();
        return switch (kind) {
            case WHOLE -> new Entry.Whole(getObservation(from));
            case OPENED -> new Entry.Opened(getObservation(from));
            case CLOSED -> new Entry.Closed(getUuid(from), present(getOutcome(from)));
            default -> throw new IllegalArgumentException("journal entry of unknown kind " + kind);
        };
    }

    private void put(Observation o) {
        put(o.rowId());
        buffer.putLong(ChronoUnit.MICROS.between(Instant.EPOCH, o.time()));
        put(o.testId());
        buffer.putLong(o.generation());
        put(o.requestId());
        put(o.unitId());
        put(o.symbol());
        buffer.put((byte) GROUPS.indexOf(o.assigned()));
        buffer.put(o.servedBy() == null ? NONE : (byte) VARIANTS.indexOf(o.servedBy()));
        buffer.put(o.fallback() == null ? NONE : (byte) FALLBACKS.indexOf(o.fallback()));
        buffer.putDouble(o.configuredSplit() == null ? Double.NaN : o.configuredSplit());
        put(o.control());
        put(o.treatment());
    }

    private static Observation getObservation(ByteBuffer from) {
        UUID rowId = getUuid(from);
        Instant time = Instant.EPOCH.plus(from.getLong(), ChronoUnit.MICROS);
        String testId = getString(from);
        long generation = from.getLong();
        String requestId = getString(from);
        String unitId = getString(from);
        String symbol = getString(from);
        Group assigned = GROUPS.get(from.get());
        byte servedBy = from.get();
        byte fallback = from.get();
        double split = from.getDouble();
        return new Observation(
                rowId,
                time,
                testId,
                generation,
                requestId,
                unitId,
                symbol,
                assigned,
                servedBy == NONE ? null : VARIANTS.get(servedBy),
                fallback == NONE ? null : FALLBACKS.get(fallback),
                Double.isNaN(split) ? null : (Double) split,
                getOutcome(from),
                getOutcome(from));
    }

    private void put(@Nullable Outcome outcome) {
        switch (outcome) {
            case null -> buffer.put(ABSENT);
            case Outcome.Answered answered -> {
                buffer.put(ANSWERED);
                buffer.putFloat(answered.answer().hold());
                buffer.putFloat(answered.answer().buy());
                buffer.putFloat(answered.answer().sell());
                buffer.putLong(answered.latencyNanos());
                put(answered.model());
                put(answered.version());
            }
            case Outcome.TimedOut timedOut -> buffer.put(TIMED_OUT).putLong(timedOut.deadlineMillis());
            // the database keeps what kind of failure it was; the words were for the caller and the log
            case Outcome.Rejected rejected -> buffer.put(REJECTED);
            case Outcome.Failed failed -> buffer.put(FAILED);
            case Outcome.Invalid invalid -> buffer.put(INVALID);
        }
    }

    private static @Nullable Outcome getOutcome(ByteBuffer from) {
        byte kind = from.get();
        return switch (kind) {
            case ABSENT -> null;
            case ANSWERED -> {
                Answer answer = new Answer(from.getFloat(), from.getFloat(), from.getFloat());
                long latencyNanos = from.getLong();
                yield new Outcome.Answered(answer, getString(from), getString(from), latencyNanos);
            }
            case TIMED_OUT -> new Outcome.TimedOut(from.getLong());
            case REJECTED -> new Outcome.Rejected("");
            case FAILED -> new Outcome.Failed("");
            case INVALID -> new Outcome.Invalid("");
            default -> throw new IllegalArgumentException("outcome of unknown kind " + kind);
        };
    }

    private static Outcome present(@Nullable Outcome outcome) {
        if (outcome == null) {
            throw new IllegalArgumentException("a closing entry without an outcome");
        }
        return outcome;
    }

    private void put(UUID id) {
        buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private static UUID getUuid(ByteBuffer from) {
        return new UUID(from.getLong(), from.getLong());
    }

    private void put(String text) {
        int at = buffer.position();
        int length = putAscii(text, at + Short.BYTES);
        if (length < 0) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            length = utf8.length;
            buffer.put(at + Short.BYTES, utf8);
        }
        buffer.putShort(at, (short) length).position(at + Short.BYTES + length);
    }

    /** Most strings are ASCII, and copying them needs no array of its own; -1 when this one is not. */
    private int putAscii(String text, int at) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return -1;
            }
            bytes[at + i] = (byte) c;
        }
        return length;
    }

    private static String getString(ByteBuffer from) {
        byte[] utf8 = new byte[from.getShort()];
        from.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
