package ai.ultrathink.understudy.journal;

import static ai.ultrathink.understudy.journal.EntryFormat.FALLBACKS;
import static ai.ultrathink.understudy.journal.EntryFormat.GROUPS;
import static ai.ultrathink.understudy.journal.EntryFormat.NONE;
import static ai.ultrathink.understudy.journal.EntryFormat.PAIRINGS;
import static ai.ultrathink.understudy.journal.EntryFormat.TIMINGS;
import static ai.ultrathink.understudy.journal.EntryFormat.VARIANTS;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Timing;
import ai.ultrathink.understudy.outcome.TraceRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads one journal entry, in the present or the first format. */
final class EntryReader {

    private static final KnownVersions VERSIONS = new KnownVersions();

    /** Name, version and digest. */
    private static final int VERSION_STRINGS = 3;

    private final ByteBuffer from;
    private final boolean first;

    private EntryReader(ByteBuffer from, boolean first) {
        this.from = from;
        this.first = first;
    }

    /** @throws IllegalArgumentException if the bytes are not an entry in a known format */
    static Entry read(ByteBuffer from) {
        byte kind = from.get();
        EntryReader reader = new EntryReader(from, kind <= EntryFormat.FIRST_CLOSED);
        return switch (kind) {
            case EntryFormat.FIRST_WHOLE, EntryFormat.WHOLE -> new Entry.Whole(reader.observation());
            case EntryFormat.FIRST_OPENED, EntryFormat.OPENED -> new Entry.Opened(reader.observation());
            case EntryFormat.FIRST_CLOSED, EntryFormat.CLOSED -> reader.closed();
            default -> throw new IllegalArgumentException("journal entry of unknown kind " + kind);
        };
    }

    private Entry closed() {
        UUID rowId = uuid();
        if (first) {
            return new Entry.Closed(rowId, Variant.TREATMENT, present(outcome(null)));
        }
        Variant second = VARIANTS.get(from.get());
        return new Entry.Closed(rowId, second, present(outcome(version())));
    }

    private Observation observation() {
        UUID rowId = uuid();
        Instant time = Instant.EPOCH.plus(from.getLong(), ChronoUnit.MICROS);
        String testId = string();
        long generation = from.getLong();
        String requestId = string();
        String unitId = string();
        String symbol = string();
        Group assigned = GROUPS.get(from.get());
        Variant servedBy = oneOf(VARIANTS);
        var fallback = oneOf(FALLBACKS);
        double split = from.getDouble();
        var pairing = first ? null : oneOf(PAIRINGS);
        ModelVersion controlModel = first ? null : version();
        ModelVersion treatmentModel = first ? null : version();
        Outcome control = outcome(controlModel);
        Outcome treatment = outcome(treatmentModel);
        Timing controlTiming = from.hasRemaining() ? oneOf(TIMINGS) : null;
        TraceRef trace = from.hasRemaining() ? trace() : null;
        return new Observation(
                rowId,
                time,
                testId,
                generation,
                requestId,
                unitId,
                symbol,
                assigned,
                servedBy,
                fallback,
                Double.isNaN(split) ? null : (Double) split,
                control,
                treatment,
                controlModel,
                treatmentModel,
                pairing,
                controlTiming,
                trace);
    }

    private TraceRef trace() {
        HexFormat hex = HexFormat.of();
        return new TraceRef(
                hex.toHexDigits(from.getLong()) + hex.toHexDigits(from.getLong()), hex.toHexDigits(from.getLong()));
    }

    private <T> @Nullable T oneOf(List<T> values) {
        byte place = from.get();
        return place == NONE ? null : values.get(place);
    }

    private @Nullable ModelVersion version() {
        if (from.get() == EntryFormat.ABSENT) {
            return null;
        }
        int start = from.position();
        for (int i = 0; i < VERSION_STRINGS; i++) {
            int length = from.getShort();
            from.position(from.position() + length);
        }
        int end = from.position();
        return VERSIONS.get(from.slice(start, end - start), () -> {
            from.position(start);
            return new ModelVersion(string(), string(), string());
        });
    }

    /** @param by the version that ran; the first format has it with each answer */
    private @Nullable Outcome outcome(@Nullable ModelVersion by) {
        byte kind = from.get();
        return switch (kind) {
            case EntryFormat.ABSENT -> null;
            case EntryFormat.ANSWERED -> answered(new Answer(from.getFloat(), from.getFloat(), from.getFloat()), by);
            case EntryFormat.ANSWERED_BY_NAME -> answered(named(), by);
            case EntryFormat.TIMED_OUT -> new Outcome.TimedOut(from.getLong());
            case EntryFormat.QUEUED -> new Outcome.Queued(from.getLong());
            case EntryFormat.REJECTED -> new Outcome.Rejected(words());
            case EntryFormat.FAILED -> new Outcome.Failed(words());
            case EntryFormat.INVALID -> new Outcome.Invalid(words());
            default -> throw new IllegalArgumentException("outcome of unknown kind " + kind);
        };
    }

    private Answer named() {
        float[] probabilities = new float[from.get()];
        List<String> names = new ArrayList<>();
        for (int i = 0; i < probabilities.length; i++) {
            names.add(string());
            probabilities[i] = from.getFloat();
        }
        Actions actions = Actions.of(names);
        if (!actions.names().equals(names)) {
            throw new IllegalArgumentException("the actions of an answer are not in order");
        }
        return Answer.of(actions, probabilities);
    }

    private Outcome answered(Answer answer, @Nullable ModelVersion by) {
        long latencyNanos = from.getLong();
        ModelVersion version = first ? ModelVersion.withoutDigest(string(), string()) : by;
        if (version == null) {
            throw new IllegalArgumentException("an answer without a model");
        }
        return new Outcome.Answered(answer, version, latencyNanos);
    }

    private String words() {
        return first ? "" : string();
    }

    private static Outcome present(@Nullable Outcome outcome) {
        if (outcome == null) {
            throw new IllegalArgumentException("a closing entry without an outcome");
        }
        return outcome;
    }

    private UUID uuid() {
        return new UUID(from.getLong(), from.getLong());
    }

    private String string() {
        byte[] utf8 = new byte[from.getShort()];
        from.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
