package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.testkit.OipServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/understudy model check} of a model that a server answers for. */
class RemoteCheckTest {

    @TempDir
    Path root = Path.of("");

    @Test
    void a_sound_folder_is_asked_and_not_changed() throws IOException {
        try (OipServer server = OipServer.rest()) {
            ModelCheck.Findings found = check(server.card(""));

            assertEquals(List.of(), found.problems());
            assertTrue(
                    found.line().contains("takes 2 features, advises HOLD, BUY, SELL; runs in blocks of 64"),
                    found.line());
            assertFalse(Files.exists(root.resolve("far").resolve("golden.json")));
        }
    }

    @Test
    void a_server_that_is_away_is_a_problem() throws IOException {
        try (OipServer server = OipServer.rpc()) {
            String card = server.card();
            server.stop();

            List<String> problems = check(card).problems();

            assertEquals(1, problems.size(), problems::toString);
            assertTrue(problems.getFirst().contains("it cannot be reached"), problems::toString);
        }
    }

    @Test
    void what_is_wrong_with_the_card_is_said_at_once() throws IOException {
        assertProblem(
                remote("").replaceAll(",\\s+\"remote\": ..", ""),
                "remote: got nothing; allowed: an object with url and model");
        assertProblem(
                remote("\"url\": \"ftp://host\", \"model\": \"m\""),
                "remote.url: got \"ftp://host\"; allowed: http://host:8000");
        assertProblem(remote("\"url\": \"http://user:secret@host\", \"model\": \"m\""), "without a user");
        assertProblem(remote("\"url\": \"grpc://host/path\", \"model\": \"m\""), "remote.url");
        assertProblem(remote("\"url\": \"http://host\""), "remote.model: got nothing");
        assertProblem(remote("\"url\": \"http://host\", \"model\": \"../m\""), "remote.model");
        assertProblem(remote("\"url\": \"http://host\", \"model\": \"m\", \"token\": \"t\""), "remote: got \"token\"");
        assertProblem(
                remote("\"url\": \"http://host\", \"model\": \"m\", \"protocol\": \"kfs\""),
                "remote.protocol: got \"kfs\"; allowed: oip");
    }

    private static String remote(String fields) {
        return """
                {"version": "1", "runtime": "remote", "input_size": 2, "actions": ["HOLD", "BUY"], "output": "logits",
                 "remote": {%s}}
                """.formatted(fields);
    }

    private void assertProblem(String card, String part) throws IOException {
        List<String> problems = check(card).problems();
        assertTrue(problems.stream().anyMatch(problem -> problem.contains(part)), problems::toString);
    }

    private ModelCheck.Findings check(String card) throws IOException {
        Path folder = Files.createDirectories(root.resolve("far"));
        Files.writeString(folder.resolve("model.json"), card);
        return ModelCheck.of(folder, new ManualTime());
    }
}
