package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.Theatre.CONTROL;
import static ai.ultrathink.understudy.faults.Verdict.measured;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

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
                treatmentDeleted());
    }

    private static Fault staysInPlace(String name, String model, String how, Spoiling spoiling) {
        return Fault.named(name)
                .injected(how + ", then POST /api/v1/models/reload, under load")
                .promised("the version in memory serves on, and the folder is reported as stale")
                .quickly()
                .when(stage -> {
                    Replica replica = stage.shared();
                    Ask ask = Ask.under(replica.split(CONTROL, TREATMENT, 0.5), CONTROL);
                    Load load = stage.load(replica, ask, PER_SECOND);
                    Thread.sleep(A_WHILE);
                    Saved saved = stage.onClose(new Saved(replica, model));
                    spoiling.spoil(saved.folder());
                    String state = saved.reload();
                    long reloaded = System.nanoTime();
                    Recording recording = load.lasting(A_WHILE);
                    Recording since = recording.sentFrom(reloaded);
                    return measured(
                                    "%,d predictions, %d failed; state %s; since then %s",
                                    recording.size(), recording.failed(), state, since.tally(Answer::servedBy))
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(state.equals("stale"), "it is not stale")
                            .holds(since.count(answer -> !answer.fallback().isEmpty()) == 0, "control had to answer")
                            .verdict();
                });
    }

    private static Fault treatmentDeleted() {
        return Fault.named("treatment's folder is deleted while it is used")
                .injected("the folder is removed, then POST /api/v1/models/reload, under load")
                .promised("no prediction fails; control answers for it, and it comes back with its folder")
                .quickly()
                .when(stage -> {
                    Replica replica = stage.shared();
                    Ask ask = Ask.under(replica.split(CONTROL, TREATMENT, 1.0), CONTROL);
                    Load load = stage.load(replica, ask, PER_SECOND);
                    Thread.sleep(A_WHILE);
                    Saved saved = stage.onClose(new Saved(replica, TREATMENT));
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
                                    recording.size(), recording.failed(), since.tally(Answer::fallback), back / 1e3)
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

        private final Replica replica;
        private final String model;
        private final byte[] network;
        private final byte[] card;

        Saved(Replica replica, String model) throws IOException {
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
