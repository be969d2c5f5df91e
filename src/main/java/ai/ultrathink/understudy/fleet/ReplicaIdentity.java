package ai.ultrathink.understudy.fleet;

import com.fasterxml.uuid.NoArgGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Identity of this replica, which survives a restart on the same data directory. So a replica that is killed and
 * restarted is not two, and the others do not wait for a dead one.
 *
 * @param name the name for readers: the machine's, with enough of the id to distinguish two processes on it
 */
record ReplicaIdentity(UUID id, String name) {

    private static final Logger LOG = Logger.getLogger(ReplicaIdentity.class);
    private static final int DIGITS = 6;
    private static final int LONGEST = 250;

    /**
     * @param directory the data directory, which one process uses at a time
     * @param machine the machine's name; a directory copied to another machine gets a new identity
     */
    static ReplicaIdentity of(Path directory, String machine, NoArgGenerator ids) {
        Path file = directory.resolve("replica-id");
        try {
            String[] kept = Files.exists(file) ? Files.readString(file).strip().split(" ", 2) : new String[0];
            if (kept.length == 2 && kept[1].equals(machine)) {
                return named(UUID.fromString(kept[0]), machine);
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.debugf("%s is rewritten: %s", file, e.getMessage());
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
