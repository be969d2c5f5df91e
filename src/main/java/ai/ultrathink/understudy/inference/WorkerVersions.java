package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.WorkerAnswers.EndedException;
import ai.ultrathink.understudy.inference.worker.WorkerEnd;
import ai.ultrathink.understudy.inference.worker.WorkerLife;
import ai.ultrathink.understudy.inference.worker.WorkerReply;
import ai.ultrathink.understudy.inference.worker.WorkerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The versions that each worker has to load, and how they are loaded. */
final class WorkerVersions {

    private static final Logger LOG = Logger.getLogger(WorkerVersions.class);

    private final Map<Integer, WorkerCopy> copies = new ConcurrentSkipListMap<>();
    private final AtomicInteger handles = new AtomicInteger();
    private final AtomicLong sequence = new AtomicLong();
    private final WorkerAnswers answers = new WorkerAnswers();
    private final WorkerDeaths deaths;
    private final int maxRows;
    private final Duration within;
    private final TimeSource time;

    /**
     * @param maxRows the largest batch that a version will get
     * @param within the time limit for a version to load
     */
    WorkerVersions(WorkerDeaths deaths, int maxRows, Duration within, TimeSource time) {
        this.deaths = deaths;
        this.maxRows = maxRows;
        this.within = within;
        this.time = time;
    }

    /** The sequence of the next request. */
    long nextSequence() {
        return sequence.incrementAndGet();
    }

    WorkerCopy create(ModelFolder folder, String digest) {
        return new WorkerCopy(handles.incrementAndGet(), folder, digest, maxRows);
    }

    /** From now on every worker loads it. */
    void keep(WorkerCopy copy) {
        copies.put(copy.handle(), copy);
    }

    /** No later worker loads it. One that has it, or is loading it, has to be told to free it. */
    void forget(WorkerCopy copy) {
        copies.remove(copy.handle());
    }

    /** Has a worker free a version, if it has it. Waits while the worker does not read. */
    void free(WorkerLife life, WorkerCopy copy) {
        life.send(new WorkerRequest.Unload(nextSequence(), copy.handle()));
    }

    /**
     * Has a worker load a version.
     *
     * @throws ModelRefusedException if the version cannot serve
     * @throws EndedException if the worker ended before it replied, or was ended because the version took too long
     */
    Batching load(WorkerLife life, WorkerCopy copy) throws IOException {
        Batching known = copy.batching();
        WorkerRequest.Load request = new WorkerRequest.Load(
                nextSequence(),
                copy.handle(),
                copy.folder().name(),
                copy.folder().directory().toAbsolutePath().toString(),
                copy.digest(),
                copy.maxRows(),
                copy.folder().mostNetworkBytes(),
                known == null ? 0 : known.block(),
                known == null ? 0 : known.most());
        try {
            return switch (answers.ask(life, request, within)) {
                case WorkerReply.Loaded loaded ->
                    known == null
                            ? new Batching(
                                    loaded.block(), loaded.most(), loaded.note().isEmpty() ? null : loaded.note())
                            : known;
                case WorkerReply.Refused refused -> throw new ModelRefusedException(refused.reason());
                case WorkerReply other -> throw new IOException("the worker replied " + other);
            };
        } catch (TimeoutException e) {
            WorkerEnd end = WorkerEnd.loading(copy.text() + " has not loaded and answered its golden question within "
                    + within.toMillis() + " ms");
            life.kill(end);
            throw EndedException.tookTooLong(end);
        }
    }

    /** Has a new worker load all versions but those that rest. Returns why it ended meanwhile, or null. */
    @Nullable WorkerEnd loadAll(WorkerLife life) {
        return loadEach(life, copy -> !copy.lost() || copy.due(time.nanoTime()));
    }

    /** Has a worker load those that did not load, and have rested. What has hung may have been waiting for a disk. */
    void loadLost(WorkerLife life) {
        loadEach(life, copy -> copy.due(time.nanoTime()));
    }

    private @Nullable WorkerEnd loadEach(WorkerLife life, Predicate<WorkerCopy> wanted) {
        for (WorkerCopy copy : List.copyOf(copies.values())) {
            if (deaths.outOfUse(copy) == null && wanted.test(copy)) {
                WorkerEnd end = load(life, copy, copy.lost());
                if (end != null) {
                    return end;
                }
            }
        }
        return null;
    }

    private @Nullable WorkerEnd load(WorkerLife life, WorkerCopy copy, boolean again) {
        try {
            copy.loaded(load(life, copy));
            if (again) {
                LOG.infof("%s is loaded again", copy.text());
            }
            if (!copies.containsKey(copy.handle())) {
                // forgotten meanwhile; the request to free it may have come before the one to load it
                free(life, copy);
            }
            return null;
        } catch (ModelRefusedException e) {
            lost(copy, String.valueOf(e.getMessage()));
            return null;
        } catch (EndedException e) {
            if (e.tookTooLong()) {
                // three attempts would never be within a minute: each takes half of it
                lost(copy, e.end().detail());
            } else if (!e.end().kind().equals(WorkerEnd.LOADING)) {
                // one that another load has ended says nothing of this version
                deaths.died(copy, List.of(), e.end().detail(), time.nanoTime());
            }
            return e.end();
        } catch (IOException e) {
            WorkerEnd end = new WorkerEnd("socket", String.valueOf(e.getMessage()));
            life.kill(end);
            return end;
        }
    }

    private void lost(WorkerCopy copy, String why) {
        LOG.warnf("%s does not load again: %s", copy.text(), why);
        copy.lost("it could not be loaded again: " + why, time.nanoTime());
    }

    /** Whether this is a reply to a request of this class. */
    boolean replied(WorkerReply reply) {
        return answers.replied(reply);
    }

    void ended(WorkerLife life, WorkerEnd end) {
        answers.ended(life, end);
    }
}
