package ai.ultrathink.understudy.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Entries as the release wrote them that knew no digests, no pairs of a split and no words of a failure, byte for byte. */
class FirstFormatTest {

    private static final Instant TIME = Instant.parse("2026-11-28T12:00:00.123456Z");
    private static final Outcome BUY = new Outcome.Answered(new Answer(0.2f, 0.7f, 0.1f), "bull", "1", 400_000);
    private static final Outcome HOLD = new Outcome.Answered(new Answer(0.7f, 0.2f, 0.1f), "bull_v2", "2é", 500_000);

    @Test
    void a_split_whose_treatment_failed_is_read() {
        assertEquals(
                new Entry.Whole(observation(
                        1,
                        3,
                        "r-1",
                        "konto-ü",
                        Group.TREATMENT,
                        Fallback.TREATMENT_ERROR,
                        BUY,
                        new Outcome.Failed(""))),
                read("010000000000000007000000000000000100066154ea86f24000017400000000000000030003722d3100086b6f6e74"
                        + "6f2dc3bc00035350580100003fd0000000000000013e4ccccd3f3333333dcccccd0000000000061a80000462756c6c"
                        + "00013104"));
    }

    @Test
    void both_entries_of_a_shadow_are_read() {
        assertEquals(
                new Entry.Opened(observation(2, 4, "r-2", "r-2", Group.SHADOW, null, new Outcome.TimedOut(1000), null)),
                read("020000000000000007000000000000000200066154ea86f24000017400000000000000040003722d320003722d3200"
                        + "074254432d55534402ffff7ff80000000000000200000000000003e800"));
        assertEquals(
                new Entry.Closed(new UUID(7, 2), Variant.TREATMENT, HOLD),
                read("0300000000000000070000000000000002013f3333333e4ccccd3dcccccd000000000007a120000762756c6c5f7632"
                        + "000332c3a9"));
        assertEquals(
                new Entry.Closed(new UUID(7, 2), Variant.TREATMENT, new Outcome.Rejected("")),
                read("030000000000000007000000000000000203"));
    }

    @Test
    void a_disabled_test_and_an_answer_that_is_none_are_read() {
        assertEquals(
                new Entry.Whole(observation(5, 3, "r-1", "u", Group.TREATMENT, Fallback.TEST_DISABLED, BUY, null)),
                read("010000000000000007000000000000000500066154ea86f24000017400000000000000030003722d3100017500035350"
                        + "580100043ff0000000000000013e4ccccd3f3333333dcccccd0000000000061a80000462756c6c00013100"));
        assertEquals(
                new Entry.Whole(observation(6, 3, "r-1", "u", Group.SHADOW, null, BUY, new Outcome.Invalid(""))),
                read("010000000000000007000000000000000600066154ea86f24000017400000000000000030003722d3100017500035350"
                        + "580200ff7ff8000000000000013e4ccccd3f3333333dcccccd0000000000061a80000462756c6c00013105"));
    }

    private static Observation observation(
            int row,
            long generation,
            String request,
            String unit,
            Group group,
            @Nullable Fallback fallback,
            Outcome control,
            @Nullable Outcome treatment) {
        Double split = row == 1 ? Double.valueOf(0.25) : row == 5 ? Double.valueOf(1) : null;
        return new Observation(
                new UUID(7, row),
                TIME,
                "t",
                generation,
                request,
                unit,
                row == 2 ? "BTC-USD" : "SPX",
                group,
                control instanceof Outcome.Answered ? Variant.CONTROL : null,
                fallback,
                split,
                control,
                treatment);
    }

    private static Entry read(String hex) {
        return ObservationCodec.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }
}
