package ai.ultrathink.understudy.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decisions as the release kept them whose judge asked for no agreement in a split and knew no versions of models. */
class EarlierDossiersTest {

    @ParameterizedTest
    @ValueSource(strings = {"shadow_rolled_back", "split_rolled_back"})
    void a_rollback_of_an_earlier_release_still_follows_from_what_it_rested_on(String kept) {
        Replay replay = Replay.of(read(kept));

        assertEquals(List.of(), replay.differences());
        assertTrue(replay.follows());
    }

    @Test
    void where_the_judge_has_changed_the_replay_says_how() {
        Replay replay = Replay.of(read("split_without_pairs_promoted"));

        assertFalse(replay.follows());
        assertEquals(List.of("verdict: recorded promote, recomputed insufficient_data"), replay.differences());
    }

    private static String read(String kept) {
        try (InputStream file = EarlierDossiersTest.class.getResourceAsStream("/dossiers/" + kept + ".json")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
