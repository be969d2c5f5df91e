package ai.ultrathink.understudy.journal;

import static ai.ultrathink.understudy.journal.EntryFormat.ABSENT;
import static ai.ultrathink.understudy.journal.EntryFormat.NONE;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.TraceRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Encodes journal entries as bytes. The first byte gives the kind and the format version; unknown entries are rejected.
 * Not thread-safe: each thread has its own codec.
 */
final class ObservationCodec {

    // ids have at most 100 characters, model names 255, failure texts 200, each character at most four bytes; an answer
    // has at most 32 names of 32 characters
    private static final int LONGEST = 8 * 1024;

    private static final int HEX = 16;

    /** The digits of a number of 64 bits, of which a trace id has two. */
    private static final int HALF_TRACE = 16;

    private final byte[] bytes = new byte[LONGEST];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes);

    /** Writes an entry into {@link #bytes} and returns its length. */
    int encode(Entry entry) {
        buffer.clear();
        switch (entry) {
            case Entry.Whole whole -> {
                buffer.put(EntryFormat.WHOLE);
                put(whole.observation());
            }
            case Entry.Opened opened -> {
                buffer.put(EntryFormat.OPENED);
                put(opened.observation());
            }
            case Entry.Closed closed -> {
                buffer.put(EntryFormat.CLOSED);
                put(closed.rowId());
                buffer.put(place(EntryFormat.VARIANTS, closed.second()));
                put(closed.outcome() instanceof Outcome.Answered answered ? answered.by() : null);
                put(closed.outcome());
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
     * @throws IllegalArgumentException if the bytes are not an entry of a known version
     */
    static Entry decode(ByteBuffer from) {
        return EntryReader.read(from);
    }

    private void put(Observation o) {
        put(o.rowId());
        buffer.putLong(ChronoUnit.MICROS.between(Instant.EPOCH, o.time()));
        put(o.testId());
        buffer.putLong(o.generation());
        put(o.requestId());
        put(o.unitId());
        put(o.symbol());
        buffer.put(place(EntryFormat.GROUPS, o.assigned()));
        buffer.put(place(EntryFormat.VARIANTS, o.servedBy()));
        buffer.put(place(EntryFormat.FALLBACKS, o.fallback()));
        buffer.putDouble(o.configuredSplit() == null ? Double.NaN : o.configuredSplit());
        buffer.put(place(EntryFormat.PAIRINGS, o.pairing()));
        put(o.controlModel());
        put(o.treatmentModel());
        put(o.control());
        put(o.treatment());
        buffer.put(place(EntryFormat.TIMINGS, o.controlTiming()));
        TraceRef trace = o.trace();
        if (trace != null) {
            put(trace);
        }
    }

    /** Most requests have no trace, and nothing stands for it. */
    private void put(TraceRef trace) {
        buffer.putLong(Long.parseUnsignedLong(trace.traceId(), 0, HALF_TRACE, HEX))
                .putLong(Long.parseUnsignedLong(trace.traceId(), HALF_TRACE, 2 * HALF_TRACE, HEX))
                .putLong(Long.parseUnsignedLong(trace.spanId(), HEX));
    }

    private static <T> byte place(List<T> values, @Nullable T value) {
        return value == null ? NONE : (byte) values.indexOf(value);
    }

    private void put(@Nullable ModelVersion version) {
        if (version == null) {
            buffer.put(ABSENT);
            return;
        }
        buffer.put((byte) 1);
        put(version.name());
        put(version.version());
        putDigest(version.digest());
    }

    /**
     * Writes an outcome. The version is written separately, because a model that failed or did not run has one, too.
     */
    private void put(@Nullable Outcome outcome) {
        switch (outcome) {
            case null -> buffer.put(ABSENT);
            case Outcome.Answered answered -> {
                put(answered.answer());
                buffer.putLong(answered.latencyNanos());
            }
            case Outcome.TimedOut timedOut -> buffer.put(EntryFormat.TIMED_OUT).putLong(timedOut.deadlineMillis());
            case Outcome.Queued queued -> buffer.put(EntryFormat.QUEUED).putLong(queued.deadlineMillis());
            case Outcome.Rejected rejected -> put(EntryFormat.REJECTED, rejected);
            case Outcome.Failed failed -> put(EntryFormat.FAILED, failed);
            case Outcome.Invalid invalid -> put(EntryFormat.INVALID, invalid);
        }
    }

    /** Most models advise HOLD, BUY and SELL, whose names are left out. */
    private void put(Answer answer) {
        Actions actions = answer.actions();
        boolean named = !actions.equals(Actions.USUAL);
        if (named) {
            buffer.put(EntryFormat.ANSWERED_BY_NAME).put((byte) actions.size());
        } else {
            buffer.put(EntryFormat.ANSWERED);
        }
        for (int i = 0; i < actions.size(); i++) {
            if (named) {
                put(actions.name(i));
            }
            buffer.putFloat(answer.probability(i));
        }
    }

    private void put(byte kind, Outcome.Failure failure) {
        buffer.put(kind);
        put(failure.brief());
    }

    /** Writes the digits that rows keep, without allocating a string. */
    private void putDigest(String digest) {
        int length = Math.min(digest.length(), ModelVersion.SHOWN);
        buffer.putShort((short) length);
        for (int i = 0; i < length; i++) {
            buffer.put((byte) digest.charAt(i));
        }
    }

    private void put(UUID id) {
        buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
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

    /** Writes an ASCII string, as most are, without an array; returns -1 if it is not ASCII. */
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
}
