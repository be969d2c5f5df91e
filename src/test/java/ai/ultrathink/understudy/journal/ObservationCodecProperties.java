package ai.ultrathink.understudy.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.ObservationCopies;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.outcome.Timing;
import ai.ultrathink.understudy.outcome.TraceRef;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ObservationCodecProperties {

    private final ObservationCodec codec = new ObservationCodec();

    @Property
    void what_is_read_is_what_was_written(@ForAll("observations") Observation observation) {
        assertEquals(new Entry.Whole(observation), back(new Entry.Whole(observation)));
        assertEquals(new Entry.Opened(observation), back(new Entry.Opened(observation)));
    }

    @Property
    void what_an_earlier_release_wrote_says_nothing_of_controls_timing(
            @ForAll("observations") Observation observation) {
        int timing = 1;
        ByteBuffer earlier = ByteBuffer.wrap(codec.bytes(), 0, codec.encode(new Entry.Whole(observation)) - timing);

        Observation read = ((Entry.Whole) ObservationCodec.decode(earlier)).observation();

        assertNull(read.controlTiming());
        assertEquals(
                ObservationCopies.copy(
                        observation,
                        observation.controlModel(),
                        observation.treatmentModel(),
                        observation.pairing(),
                        null),
                read);
    }

    @Property
    void the_trace_of_a_request_is_kept(
            @ForAll("observations") Observation observation, @ForAll long high, @ForAll long low, @ForAll long span) {
        HexFormat hex = HexFormat.of();
        Observation traced = ObservationCopies.traced(
                observation, new TraceRef(hex.toHexDigits(high) + hex.toHexDigits(low), hex.toHexDigits(span)));

        assertEquals(new Entry.Whole(traced), back(new Entry.Whole(traced)));
        assertEquals(new Entry.Opened(traced), back(new Entry.Opened(traced)));
    }

    @Property
    void a_closing_entry_keeps_whose_outcome_it_is_and_what(
            @ForAll Variant second, @ForAll("outcomes") Outcome outcome) {
        Entry.Closed closed = new Entry.Closed(new UUID(1, 2), second, outcome);

        assertEquals(closed, back(closed));
    }

    @Property
    void the_words_of_a_failure_are_kept_on_one_line_and_bounded(@ForAll String words) {
        for (Outcome.Failure failure :
                List.of(new Outcome.Failed(words), new Outcome.Invalid(words), new Outcome.Rejected(words))) {
            Entry.Closed read = (Entry.Closed) back(new Entry.Closed(new UUID(1, 2), Variant.TREATMENT, failure));

            Outcome.Failure kept = (Outcome.Failure) read.outcome();
            assertEquals(failure.code(), kept.code());
            assertEquals(failure.brief(), kept.detail());
            assertTrue(kept.detail().length() <= 200 && kept.detail().chars().noneMatch(Character::isISOControl));
        }
    }

    @Example
    void the_longest_texts_fit() {
        String rocket = "\ud83d\ude80";
        ModelVersion version = new ModelVersion("m".repeat(255), rocket.repeat(100), "0123456789ab");
        Outcome longest = new Outcome.Failed("\u00fc".repeat(200));
        Observation observation = new Observation(
                new UUID(1, 2),
                Instant.EPOCH,
                "t".repeat(100),
                Long.MAX_VALUE,
                rocket.repeat(100),
                rocket.repeat(100),
                rocket.repeat(20),
                Group.SHADOW,
                null,
                null,
                null,
                longest,
                longest,
                version,
                version,
                Pairing.PAIRED,
                Timing.QUEUED,
                null);

        assertEquals(new Entry.Whole(observation), back(new Entry.Whole(observation)));
    }

    @Example
    void an_entry_of_another_version_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> ObservationCodec.decode(ByteBuffer.wrap(new byte[] {7})));
    }

    private Entry back(Entry entry) {
        return ObservationCodec.decode(ByteBuffer.wrap(codec.bytes(), 0, codec.encode(entry)));
    }

    @Provide
    Arbitrary<Observation> observations() {
        Arbitrary<Instant> times = Arbitraries.longs()
                .between(0, 4_000_000_000_000_000L)
                .map(micros -> Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
        Arbitrary<String> texts = texts(100);
        Arbitrary<Observation> plain = Combinators.combine(
                        times,
                        texts,
                        texts,
                        Arbitraries.of(Group.class),
                        Arbitraries.of(Variant.class).injectNull(0.3),
                        Arbitraries.of(Fallback.class).injectNull(0.5),
                        outcomes().injectNull(0.3),
                        outcomes().injectNull(0.3))
                .as((time, request, unit, group, servedBy, fallback, control, treatment) -> new Observation(
                        new UUID(time.getEpochSecond(), request.hashCode()),
                        time,
                        "t",
                        3,
                        request,
                        unit,
                        "SPX",
                        group,
                        servedBy,
                        fallback,
                        group == Group.SHADOW ? null : (Double) 0.05,
                        control,
                        treatment));
        return Combinators.combine(
                        plain,
                        versions().injectNull(0.3),
                        versions().injectNull(0.3),
                        Arbitraries.of(Pairing.class).injectNull(0.5),
                        Arbitraries.of(Timing.class).injectNull(0.3))
                .as(ObservationCopies::copy);
    }

    private static Arbitrary<ModelVersion> versions() {
        return Combinators.combine(texts(255), texts(100), Arbitraries.of("", "0123456789ab"))
                .as(ModelVersion::new);
    }

    @Provide
    Arbitrary<Outcome> outcomes() {
        Arbitrary<Float> numbers = Arbitraries.floats().between(0, 1);
        Arbitrary<Outcome> answers = Combinators.combine(numbers, numbers, numbers, versions(), Arbitraries.longs())
                .as((hold, buy, sell, version, nanos) ->
                        new Outcome.Answered(new Answer(hold, buy, sell), version, nanos));
        Arbitrary<Outcome> byName = Combinators.combine(
                        Arbitraries.strings()
                                .withChars("ABCXYZ019_")
                                .ofMinLength(1)
                                .ofMaxLength(32)
                                .set()
                                .ofMinSize(2)
                                .ofMaxSize(32),
                        numbers,
                        versions(),
                        Arbitraries.longs())
                .as((names, first, version, nanos) -> {
                    float[] probabilities = new float[names.size()];
                    probabilities[probabilities.length - 1] = first;
                    return new Outcome.Answered(Answer.of(Actions.of(names), probabilities), version, nanos);
                });
        Arbitrary<Outcome> late = Arbitraries.longs().map(Outcome.TimedOut::new);
        Arbitrary<Outcome> queued = Arbitraries.longs().map(Outcome.Queued::new);
        return Arbitraries.oneOf(
                answers,
                byName,
                late,
                queued,
                Arbitraries.of(new Outcome.Failed("boom"), new Outcome.Invalid("NaN"), new Outcome.Rejected("")));
    }

    private static Arbitrary<String> texts(int longest) {
        return Arbitraries.oneOf(
                Arbitraries.strings().ascii().ofMinLength(1).ofMaxLength(longest),
                Arbitraries.strings()
                        .withCharRange('\u00a1', '\u2fff')
                        .ofMinLength(1)
                        .ofMaxLength(longest));
    }
}
