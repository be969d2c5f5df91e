package ai.ultrathink.understudy.storage.db;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jboss.logging.Logger;

/** Says in the log what is wrong: each thing once, however often it is found, until it is over. */
final class RepeatedWarnings {

    private static final Logger LOG = Logger.getLogger(RepeatedWarnings.class);

    /** Should they all differ, the log is not to fill with them. */
    private static final int MOST = 20;

    private final Set<String> made = new LinkedHashSet<>();

    synchronized void about(String what) {
        if (made.size() < MOST && made.add(what)) {
            LOG.warn(what);
        }
    }

    /** @param what is said where there was a complaint */
    synchronized void over(String what) {
        if (!made.isEmpty()) {
            made.clear();
            LOG.info(what);
        }
    }
}
