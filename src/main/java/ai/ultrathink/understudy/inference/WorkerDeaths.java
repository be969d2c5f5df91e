package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Features;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What the deaths of the worker teach: which versions are out of use because they ended it too often, and which rows it is not asked
 * again because they were in a pass at two deaths.
 *
 * <p>A row that was in a pass at one death is a suspect. It runs alone the next time; an answer clears it, a death convicts it.
 */
final class WorkerDeaths {

    private static final Logger LOG = Logger.getLogger(WorkerDeaths.class);

    /** Both for suspects and for quarantined rows; the oldest are forgotten. */
    private static final int MOST_ROWS = 1_024;

    private final int maxDeaths;
    private final long windowNanos;
    private final Consumer<OutOfUse> whenOutOfUse;
    private final Map<String, Deque<Long>> deaths = new HashMap<>();
    private final Map<String, String> outOfUse = new ConcurrentHashMap<>();
    private final Set<Row> suspects = bounded();
    private final Set<Row> quarantined = bounded();
    // whether either set has a row; the usual case costs a request nothing else
    private volatile boolean any;

    /** A row of a version. */
    private record Row(String digest, long hash) {}

    /** @param whenOutOfUse told once for each version, on the thread that noticed the death */
    WorkerDeaths(int maxDeaths, long windowNanos, Consumer<OutOfUse> whenOutOfUse) {
        this.maxDeaths = maxDeaths;
        this.windowNanos = windowNanos;
        this.whenOutOfUse = whenOutOfUse;
    }

    /**
     * Records that the worker ended while it ran or loaded a version.
     *
     * @param rows of the pass; none if the version was being loaded
     */
    void died(WorkerCopy copy, Collection<Features> rows, String cause, long nowNanos) {
        suspect(copy, rows);
        String reason = counted(copy, cause, nowNanos);
        if (reason != null && outOfUse.putIfAbsent(copy.digest(), reason) == null) {
            LOG.errorf("%s: %s", copy.text(), reason);
            whenOutOfUse.accept(new OutOfUse(copy.folder().name(), reason));
        }
    }

    private synchronized void suspect(WorkerCopy copy, Collection<Features> rows) {
        for (Features features : rows) {
            Row row = row(copy, features);
            if (suspects.remove(row)) {
                quarantined.add(row);
            } else {
                suspects.add(row);
            }
        }
        any = !suspects.isEmpty() || !quarantined.isEmpty();
    }

    /** Returns why the version is out of use, or null. */
    private synchronized @Nullable String counted(WorkerCopy copy, String cause, long nowNanos) {
        Deque<Long> recent = deaths.computeIfAbsent(copy.digest(), digest -> new ArrayDeque<>());
        recent.add(nowNanos);
        recent.removeIf(at -> nowNanos - at > windowNanos);
        if (recent.size() < maxDeaths) {
            return null;
        }
        return "it is out of use because it ended its worker " + recent.size() + " times within "
                + windowNanos / 1_000_000_000 + " s, the last time: " + cause
                + "; another version brings it back into use, or a restart of the service";
    }

    /** Why a version is out of use, or null. */
    @Nullable String outOfUse(WorkerCopy copy) {
        return outOfUse.get(copy.digest());
    }

    /** Whether a row must not be asked again. */
    boolean quarantined(WorkerCopy copy, Features features) {
        return any && has(quarantined, row(copy, features));
    }

    /** Whether a row must run alone. */
    boolean suspect(WorkerCopy copy, Features features) {
        return any && has(suspects, row(copy, features));
    }

    private synchronized boolean has(Set<Row> rows, Row row) {
        return rows.contains(row);
    }

    /** A row was answered, or the model failed on it without ending the worker. */
    void cleared(WorkerCopy copy, Features features) {
        if (any) {
            clear(row(copy, features));
        }
    }

    private synchronized void clear(Row row) {
        suspects.remove(row);
        any = !suspects.isEmpty() || !quarantined.isEmpty();
    }

    private static Row row(WorkerCopy copy, Features features) {
        float[] values = new float[features.size()];
        features.copyTo(values, 0);
        return new Row(
                copy.digest(),
                Hashing.komihash5_0().hashStream().putFloatArray(values).getAsLong());
    }

    private static Set<Row> bounded() {
        return Collections.newSetFromMap(new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Row, Boolean> eldest) {
                return size() > MOST_ROWS;
            }
        });
    }
}
