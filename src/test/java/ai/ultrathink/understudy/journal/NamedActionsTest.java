package ai.ultrathink.understudy.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Outcome;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Answers in the journal: those of HOLD, BUY and SELL as earlier releases wrote and read them, and those with other actions. */
class NamedActionsTest {

    private static final ModelVersion BULL = new ModelVersion("bull", "1", "0123456789ab");
    private static final UUID ROW = new UUID(7, 2);
    private static final String OF_AN_EARLIER_RELEASE = "0600000000000000070000000000000002010100"
            + "0462756c6c000131000c303132333435363738396162013e4ccccd3f3333333dcccccd0000000000061a80";

    @Test
    void an_answer_of_hold_buy_and_sell_has_the_bytes_that_earlier_releases_read() {
        Entry entry = closed(new Answer(0.2f, 0.7f, 0.1f));

        assertEquals(OF_AN_EARLIER_RELEASE, HexFormat.of().formatHex(encoded(entry)));
        assertEquals(entry, read(HexFormat.of().parseHex(OF_AN_EARLIER_RELEASE)));
    }

    @Test
    void an_answer_with_other_actions_has_their_names() {
        Entry entry = closed(Answer.of(Actions.of(List.of("UP", "DOWN")), new float[] {0.25f, 0.75f}));

        assertEquals(entry, read(encoded(entry)));
    }

    @Test
    void the_longest_names_have_room() {
        List<String> names =
                IntStream.range(10, 42).mapToObj(i -> "A".repeat(30) + i).toList();
        Entry entry = closed(Answer.of(Actions.of(names), new float[32]));

        assertEquals(entry, read(encoded(entry)));
    }

    @Test
    void names_that_no_model_can_have_are_no_entry() {
        byte[] bytes = encoded(closed(Answer.of(Actions.of(List.of("UP", "DOWN")), new float[] {0.25f, 0.75f})));
        String text = HexFormat.of().formatHex(bytes);
        String spoilt = text.replace(HexFormat.of().formatHex(new byte[] {'U', 'P'}), "7570");

        assertFalse(spoilt.equals(text));
        assertThrows(IllegalArgumentException.class, () -> read(HexFormat.of().parseHex(spoilt)));
        assertTrue(bytes.length < 120);
    }

    private static Entry closed(Answer answer) {
        return new Entry.Closed(ROW, Variant.TREATMENT, new Outcome.Answered(answer, BULL, 400_000));
    }

    private static byte[] encoded(Entry entry) {
        ObservationCodec codec = new ObservationCodec();
        int length = codec.encode(entry);
        byte[] bytes = new byte[length];
        System.arraycopy(codec.bytes(), 0, bytes, 0, length);
        return bytes;
    }

    private static Entry read(byte[] bytes) {
        return ObservationCodec.decode(ByteBuffer.wrap(bytes));
    }
}
