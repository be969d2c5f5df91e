package ai.ultrathink.understudy.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaIdentityTest {

    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

    @TempDir
    private Path data;

    @Test
    void a_replica_that_is_started_again_on_its_data_is_the_same() {
        assertEquals(ReplicaIdentity.of(data, "pod-1", ids), ReplicaIdentity.of(data, "pod-1", ids));
    }

    @Test
    void data_that_were_copied_to_another_machine_make_another_replica() {
        assertNotEquals(
                ReplicaIdentity.of(data, "pod-1", ids).id(),
                ReplicaIdentity.of(data, "pod-2", ids).id());
    }

    @Test
    void two_processes_of_one_machine_have_names_of_their_own() {
        String one = ReplicaIdentity.of(data.resolve("one"), "pod-1", ids).name();
        String other = ReplicaIdentity.of(data.resolve("other"), "pod-1", ids).name();

        assertTrue(one.startsWith("pod-1-"));
        assertNotEquals(one, other);
    }

    @Test
    void a_file_that_says_nothing_is_written_anew() throws IOException {
        Files.writeString(data.resolve("replica-id"), "what pod-1");

        assertEquals(ReplicaIdentity.of(data, "pod-1", ids), ReplicaIdentity.of(data, "pod-1", ids));
    }

    @Test
    void a_directory_that_cannot_be_written_makes_a_replica_all_the_same() throws IOException {
        Path file = Files.createFile(data.resolve("file"));

        assertTrue(ReplicaIdentity.of(file, "pod-1", ids).name().startsWith("pod-1-"));
    }
}
