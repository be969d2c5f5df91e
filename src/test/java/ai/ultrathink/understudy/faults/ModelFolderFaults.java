package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What can happen to a model's files while the model serves. */
final class ModelFolderFaults {

    private static final String TREATMENT = "bull_specialist_v2";
    private static final Duration A_WHILE = Duration.ofSeconds(1);
    private static final int PER_SECOND = 100;

    private ModelFolderFaults() {}

    /** Spoils the folder of a model. */
    @FunctionalInterface
    private interface Spoiling {
        void spoil(Path folder) throws IOException;
    }

    static List<Fault> all() {
        return List.of(
                staysInPlace(
                        "treatment's file is garbage at a reload",
                        TREATMENT,
                        "model.pt is overwritten with text",
                        folder -> Files.writeString(folder.resolve("model.pt"), "not a model")),
                staysInPlace(
                        "treatment's file is cut at a reload",
                        TREATMENT,
                        "model.pt loses its second half",
                        ModelFolderFaults::cut),
                staysInPlace(
                        "treatment's golden answer is wrong at a reload",
                        TREATMENT,
                        "model.json expects another answer",
                        ModelFolderFaults::changeGolden),
                staysInPlace(
                        "control's file is garbage at a reload",
                        CONTROL,
                        "model.pt is overwritten with text",
                        folder -> Files.writeString(folder.resolve("model.pt"), "not a model")),
                treatmentDeleted(),
                hostileFolders());
    }

    private static Fault staysInPlace(String name, String model, String how, Spoiling spoiling) {
        return Fault.named(name)
                .injected(how + ", then POST /api/v1/models/reload, under load")
                .promised("the version in memory serves on, and the folder is reported as stale")
                .quickly()
                .when(context -> {
                    ServiceReplica replica = context.shared();
                    Ask ask = Ask.under(replica.split(CONTROL, TREATMENT, 0.5), CONTROL);
                    Load load = context.load(replica, ask, PER_SECOND);
                    Thread.sleep(A_WHILE);
                    Saved saved = context.onClose(new Saved(replica, model));
                    spoiling.spoil(saved.folder());
                    String state = saved.reload();
                    long reloaded = System.nanoTime();
                    Recording recording = load.lasting(A_WHILE);
                    Recording since = recording.sentFrom(reloaded);
                    return measured(
                                    "%,d predictions, %d failed; state %s; since then %s",
                                    recording.size(), recording.failed(), state, since.tally(TimedAnswer::servedBy))
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(state.equals("stale"), "it is not stale")
                            .holds(since.count(answer -> !answer.fallback().isEmpty()) == 0, "control had to answer")
                            .verdict();
                });
    }

    private static Fault hostileFolders() {
        return Fault.named("folders that do not belong there")
                .injected(
                        "at the start and at a reload: pipes, a link to /dev/zero, files of zeros (900 MB, 3 GB), an invalid name")
                .promised("each is listed with its reason, the others serve within a heap of 768 MB")
                .quickly()
                .when(context -> {
                    Launch launch = Launch.in(context.directory(), LocalPostgres.environment(context.database()));
                    Map<String, String> hostile = hostile(launch);
                    ServiceReplica replica = context.started(launch).awaitReady();
                    Load load = context.load(replica, Ask.plain(CONTROL), PER_SECOND);
                    int reloaded = replica.post("/api/v1/models/reload", "").statusCode();
                    Map<String, String> reasons = reasons(replica);
                    Recording recording = load.lasting(A_WHILE);
                    List<String> unnamed = hostile.entrySet().stream()
                            .filter(each ->
                                    !reasons.getOrDefault(each.getKey(), "").contains(each.getValue()))
                            .map(Map.Entry::getKey)
                            .toList();
                    return measured(
                                    "%d of %d listed with their reason; reload %d; %,d predictions, %d failed; %d MiB resident",
                                    hostile.size() - unnamed.size(),
                                    hostile.size(),
                                    reloaded,
                                    recording.size(),
                                    recording.failed(),
                                    replica.residentMib())
                            .holds(unnamed.isEmpty(), "not or with another reason: %s in %s", unnamed, reasons)
                            .holds(reloaded / 100 == 2, "the reload failed")
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .verdict();
                });
    }

    /** Each with a part of the reason that is due. */
    private static Map<String, String> hostile(Launch launch) throws IOException, InterruptedException {
        Map<String, String> reasons = new TreeMap<>();
        Path sound = launch.model(CONTROL);
        for (String name : List.of("a pipe", "pipe", "piped_card", "endless", "zeros", "huge")) {
            Path folder = Files.createDirectory(launch.model(name));
            for (String file : List.of("model.pt", "model.json")) {
                Files.copy(sound.resolve(file), folder.resolve(file));
            }
        }
        pipe(launch.model("pipe").resolve("model.pt"));
        pipe(launch.model("piped_card").resolve("model.json"));
        Path endless = launch.model("endless").resolve("model.pt");
        Files.delete(endless);
        Files.createSymbolicLink(endless, Path.of("/dev/zero"));
        resize(launch.model("zeros").resolve("model.pt"), 900L << 20);
        resize(launch.model("huge").resolve("model.pt"), 3L << 30);
        reasons.put("a pipe", "the folder's name");
        reasons.put("pipe", "model.pt: got a pipe");
        reasons.put("piped_card", "model.json: got a pipe");
        reasons.put("endless", "leads out of the models directory");
        reasons.put("zeros", "not a TorchScript module");
        reasons.put("huge", "model.pt: got 3221225472 bytes");
        return reasons;
    }

    private static void pipe(Path file) throws IOException, InterruptedException {
        Files.delete(file);
        new ProcessBuilder("mkfifo", file.toString()).start().waitFor();
    }

    private static void resize(Path file, long bytes) throws IOException {
        Files.delete(file);
        try (RandomAccessFile zeros = new RandomAccessFile(file.toFile(), "rw")) {
            zeros.setLength(bytes);
        }
    }

    private static Map<String, String> reasons(ServiceReplica replica) {
        Map<String, String> reasons = new TreeMap<>();
        new JsonArray(replica.get("/api/v1/models").body())
                .stream()
                        .map(JsonObject.class::cast)
                        .forEach(model ->
                                reasons.put(model.getString("name"), String.valueOf(model.getString("reason"))));
        return reasons;
    }

    private static Fault treatmentDeleted() {
        return Fault.named("treatment's folder is deleted while it is used")
                .injected("the folder is removed, then POST /api/v1/models/reload, under load")
                .promised("no prediction fails; control answers; the treatment is back with its folder")
                .quickly()
                .when(context -> {
                    ServiceReplica replica = context.shared();
                    Ask ask = Ask.under(replica.split(CONTROL, TREATMENT, 1.0), CONTROL);
                    Load load = context.load(replica, ask, PER_SECOND);
                    Thread.sleep(A_WHILE);
                    Saved saved = context.onClose(new Saved(replica, TREATMENT));
                    saved.delete();
                    String state = saved.reload();
                    long reloaded = System.nanoTime();
                    Recording recording = load.lasting(A_WHILE);
                    Recording since = recording.sentFrom(reloaded);
                    saved.close();
                    long back = Health.awaitServedBy(
                            replica, String.valueOf(ask.testId()), "treatment", Duration.ofSeconds(30));
                    return measured(
                                    "%,d predictions, %d failed; since then %s; back after %.1f s",
                                    recording.size(),
                                    recording.failed(),
                                    since.tally(TimedAnswer::fallback),
                                    back / 1e3)
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(state.isEmpty(), "it is still listed as %s", state)
                            .holds(since.servedBy("treatment") == 0, "it still answered")
                            .verdict();
                });
    }

    private static void cut(Path folder) throws IOException {
        byte[] whole = Files.readAllBytes(folder.resolve("model.pt"));
        Files.write(folder.resolve("model.pt"), Arrays.copyOf(whole, whole.length / 2));
    }

    private static void changeGolden(Path folder) throws IOException {
        JsonObject card = new JsonObject(Files.readString(folder.resolve("model.json")));
        JsonArray output = card.getJsonObject("golden").getJsonArray("output");
        output.add(output.remove(0));
        Files.writeString(folder.resolve("model.json"), card.encode());
    }

    /** A model's files as they were, put back when the fault is over. */
    private static final class Saved implements AutoCloseable {

        private final ServiceReplica replica;
        private final String model;
        private final byte[] network;
        private final byte[] card;

        Saved(ServiceReplica replica, String model) throws IOException {
            this.replica = replica;
            this.model = model;
            this.network = Files.readAllBytes(folder().resolve("model.pt"));
            this.card = Files.readAllBytes(folder().resolve("model.json"));
        }

        Path folder() {
            return replica.launch().model(model);
        }

        void delete() throws IOException {
            Files.delete(folder().resolve("model.pt"));
            Files.delete(folder().resolve("model.json"));
            Files.delete(folder());
        }

        /** Has the models read again and returns the state of this one; empty when it is not listed. */
        String reload() {
            return new JsonArray(replica.post("/api/v1/models/reload", "").body())
                    .stream()
                            .map(JsonObject.class::cast)
                            .filter(one -> one.getString("name").equals(model))
                            .map(one -> one.getString("state"))
                            .findFirst()
                            .orElse("");
        }

        @Override
        public void close() throws IOException {
            Files.createDirectories(folder());
            Files.write(folder().resolve("model.pt"), network);
            Files.write(folder().resolve("model.json"), card);
            reload();
        }
    }
}
