package ai.ultrathink.understudy.fleet;

import com.fasterxml.uuid.NoArgGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Which replica this is, also after a restart on the same data directory: one that was killed and started again is not two, of
 * which the others would wait for the dead one.
 *
 * @param name for people; the machine's, and enough of the id to tell two processes on it apart
 */
record ReplicaIdentity(UUID id, String name) {

    private static final Logger LOG = Logger.getLogger(ReplicaIdentity.class);
    private static final int DIGITS = 6;
    private static final int LONGEST = 250;

    /**
     * @param directory the data directory, which one process has at a time
     * @param machine its name; a directory that was copied to another machine makes another replica
     */
    static ReplicaIdentity of(Path directory, String machine, NoArgGenerator ids) {
        Path file = directory.resolve("replica-id");
        try {
            String[] kept = Files.exists(file) ? Files.readString(file).strip().split(" ", 2) : new String[0];
            if (kept.length == 2 && kept[1].equals(machine)) {
                return named(UUID.fromString(kept[0]), machine);
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.debugf("%s is written anew: %s", file, e.getMessage());
        }
        UUID id = ids.generate();
        try {
            Files.createDirectories(directory);
            Files.writeString(file, id + " " + machine + "\n");
        } catch (IOException e) {
            LOG.debugf("%s cannot be written: %s", file, e.getMessage());
        }
        return named(id, machine);
    }

    private static ReplicaIdentity named(UUID id, String machine) {
        String digits = id.toString().replace("-", "");
        return new ReplicaIdentity(
                id,
                machine.substring(0, Math.min(LONGEST, machine.length())) + "-"
                        + digits.substring(digits.length() - DIGITS));
    }
}
