package ai.ultrathink.understudy.faults;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one fault plays with: processes, a database of its own, proxies and loads. Cleared when it is over. */
final class FaultContext implements AutoCloseable {

    private final FaultEnvironment common;
    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
    private final List<Load> loads = new ArrayList<>();
    private final List<Recording> recordings = new ArrayList<>();
    private @Nullable String database;

    FaultContext(FaultEnvironment common) {
        this.common = common;
    }

    LocalPostgres postgres() {
        return common.postgres();
    }

    /** The URL of this fault's own database, empty at first. */
    String database() throws IOException {
        if (database == null) {
            database = common.newDatabase();
        }
        return database;
    }

    /** A directory of this fault's own. */
    Path directory() throws IOException {
        return Files.createTempDirectory(common.directory(), "fault-");
    }

    /** A service that others use too: leave it as it was. */
    ServiceReplica shared() throws IOException {
        return common.shared();
    }

    /** A new service on this fault's database, ready. Pairs of names and values are added to its environment. */
    ServiceReplica replica(String... environment) throws IOException {
        return started(environment).awaitReady();
    }

    /** As {@link #replica}, and waits for nothing. */
    ServiceReplica started(String... environment) throws IOException {
        Map<String, String> all = new HashMap<>(LocalPostgres.environment(database()));
        for (int i = 0; i < environment.length; i += 2) {
            all.put(environment[i], environment[i + 1]);
        }
        return started(Launch.in(directory(), all));
    }

    /** Starts a service on what an earlier one has left. */
    ServiceReplica started(Launch launch) throws IOException {
        return onClose(launch.start());
    }

    /** A network to the database that can fail. */
    Proxy proxy() throws IOException {
        String url = database();
        int port = Integer.parseInt(url.replaceAll("^.*:(\\d+)/.*$", "$1"));
        return onClose(new Proxy(port));
    }

    /** This fault's database through a proxy, as DATABASE_URL. */
    String through(Proxy proxy) throws IOException {
        return database().replaceAll(":\\d+/", ":" + proxy.port() + "/");
    }

    <T extends AutoCloseable> T onClose(T resource) {
        toClose.push(resource);
        return resource;
    }

    /** Starts to ask a replica; what control answers is compared with its answers of before. */
    Load load(ServiceReplica replica, Ask ask, int perSecond) {
        Load load = Load.start(replica, ask, perSecond);
        loads.add(load);
        return load;
    }

    /** Asks once; compared as a load is. */
    TimedAnswer ask(ServiceReplica replica, Ask ask, int number) {
        TimedAnswer answer = replica.ask(ask, number);
        recordings.add(new Recording(ask, List.of(answer)));
        return answer;
    }

    /** Compares everything that control has answered with what it answered before the fault. */
    Comparison compared() throws InterruptedException {
        for (Load load : loads) {
            recordings.add(load.stop());
        }
        loads.clear();
        Comparison comparison = new Comparison(0, 0);
        for (Recording recording : recordings) {
            String control = recording.ask().control();
            List<TimedAnswer> byControl = recording.answers().stream()
                    .filter(answer -> answer.servedBy().equals("control"))
                    .toList();
            long different = byControl.stream()
                    .filter(answer -> !answer.text().equals(common.answer(control, answer.number())))
                    .count();
            comparison = new Comparison(comparison.compared + byControl.size(), comparison.different + different);
        }
        return comparison;
    }

    /**
     * Control's answers against those of before.
     *
     * @param compared how many there were
     * @param different how many differ in any bit
     */
    record Comparison(long compared, long different) {}

    /** Closes everything, also where something does not close; the last such trouble is thrown. */
    @Override
    public void close() throws IOException {
        FaultEnvironment.modelsBehave();
        loads.forEach(load -> toClose.push(load::stop));
        IOException trouble = null;
        while (!toClose.isEmpty()) {
            try {
                toClose.pop().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                trouble = new IOException("not everything that a fault used is closed", e);
            }
        }
        if (trouble != null) {
            throw trouble;
        }
    }
}
