package ai.ultrathink.understudy.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decisions as the release kept them whose judge asked for no agreement in a split and knew no versions of models. */
class EarlierDossiersTest {

    @ParameterizedTest
    @ValueSource(strings = {"shadow_rolled_back", "split_rolled_back"})
    void a_rollback_of_an_earlier_release_still_follows_from_what_it_rested_on(String kept) {
        Replay replay = Replay.of(1, read(kept));

        assertEquals(List.of(), replay.differences());
        assertTrue(replay.follows());
    }

    @Test
    void where_the_judge_has_changed_the_replay_says_how() {
        Replay replay = Replay.of(1, read("split_without_pairs_promoted"));

        assertFalse(replay.follows());
        assertEquals(List.of("verdict: recorded promote, recomputed insufficient_data"), replay.differences());
    }

    /** Native executables wrote enums by their Java names. */
    @ParameterizedTest
    @ValueSource(strings = {"shadow_rolled_back", "split_rolled_back"})
    void one_that_a_native_executable_kept_follows_and_is_shown_in_wire_names(String kept) {
        String named = Pattern.compile("\"(verdict|state|measure|remedy|mode|arm)\"\\s*:\\s*\"\\w+\"")
                .matcher(read(kept))
                .replaceAll(enumerated -> {
                    String[] parts = enumerated.group().split(":", 2);
                    return parts[0] + ":" + parts[1].toUpperCase(Locale.ROOT);
                });
        assertTrue(named.contains("\"ROLL_BACK\""), named);

        Replay replay = Replay.of(1, named);

        assertEquals(List.of(), replay.differences());
        assertEquals(
                DecisionRecordJson.write(DecisionRecordJson.read(read(kept))),
                DecisionRecordJson.write(DecisionRecordJson.read(named)));
    }

    private static String read(String kept) {
        try (InputStream file = EarlierDossiersTest.class.getResourceAsStream("/dossiers/" + kept + ".json")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
