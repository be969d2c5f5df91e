package ai.ultrathink.understudy.storage.db;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jboss.logging.Logger;

/** Logs each problem once, however often it is found, until it is over. */
final class RepeatedWarnings {

    private static final Logger LOG = Logger.getLogger(RepeatedWarnings.class);

    /** Limit on different problems, so that they do not fill the log. */
    private static final int MOST = 20;

    private final Set<String> made = new LinkedHashSet<>();

    synchronized void about(String what) {
        if (made.size() < MOST && made.add(what)) {
            LOG.warn(what);
        }
    }

    /** @param what the message to log if there was a problem */
    synchronized void over(String what) {
        if (!made.isEmpty()) {
            made.clear();
            LOG.info(what);
        }
    }
}
