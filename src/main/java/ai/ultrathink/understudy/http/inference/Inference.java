package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.http.inference.Inferred.Cause;
import ai.ultrathink.understudy.inference.ModelSignature;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.trace.RequestTrace;
import ai.ultrathink.understudy.trace.Step;
import ai.ultrathink.understudy.trace.Tracing;
import ai.ultrathink.understudy.trial.Reply;
import ai.ultrathink.understudy.trial.Trial;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
import com.fasterxml.uuid.NoArgGenerator;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The flow of a request of the protocol, REST or gRPC: which model, which rows, a prediction for each of them. */
@ApplicationScoped
class Inference {

    private final Trial trial;
    private final Models models;
    private final CatalogFollower experiments;
    private final NoArgGenerator requestIds;
    private final Tracing tracing;

    Inference(Trial trial, Models models, CatalogFollower experiments, NoArgGenerator requestIds, Tracing tracing) {
        this.trial = trial;
        this.tracing = tracing;
        this.models = models;
        this.experiments = experiments;
        this.requestIds = requestIds;
    }

    /** What a name stands for now. A promotion may have changed that. */
    sealed interface Named {

        /** A model that answers. */
        record Loaded(ModelSignature signature) implements Named {}

        /** None that does. */
        record Missing(Inferred.Refused why) implements Named {}
    }

    /**
     * Finds a model.
     *
     * @param version the one that has to be loaded; null for any
     */
    Named find(String model, @Nullable String version) {
        Catalog catalog = experiments.current();
        String serving = catalog.serving(model);
        ModelSignature found = models.signature(serving).orElse(null);
        if (found == null) {
            return new Named.Missing(missing(catalog, model));
        }
        String loaded = found.version().version();
        if (version != null && !version.equals(loaded)) {
            return new Named.Missing(new Inferred.Refused(
                    Cause.NOT_FOUND,
                    "version " + version + " of model " + model + " is not loaded; version " + loaded + " is"));
        }
        return new Named.Loaded(found);
    }

    private Inferred.Refused missing(Catalog catalog, String model) {
        if (!models.loaded()) {
            return new Inferred.Refused(Cause.UNAVAILABLE, "the models are still being loaded");
        }
        return models.known(model) || !catalog.serving(model).equals(model)
                ? new Inferred.Refused(
                        Cause.UNAVAILABLE,
                        catalog.servingInWords(model) + " is not loaded; GET /api/v1/models says why")
                : new Inferred.Refused(
                        Cause.NOT_FOUND,
                        "model " + model + " does not exist; those that answer: " + String.join(", ", models.names()));
    }

    /**
     * Answers a request. The Uni never fails.
     *
     * @param request reads it, once the model is known to be there
     * @param header the id that the headers have, or null
     * @throws ai.ultrathink.understudy.experiment.InvalidValueException if the request is not one for the model
     */
    Uni<Inferred> infer(
            String model, @Nullable String version, Supplier<InferRequest> request, @Nullable String header) {
        return switch (find(model, version)) {
            case Named.Missing missing -> Uni.createFrom().item(missing.why());
            case Named.Loaded loaded -> infer(model, loaded.signature(), request, header);
        };
    }

    private Uni<Inferred> infer(
            String model, ModelSignature signature, Supplier<InferRequest> body, @Nullable String header) {
        RequestTrace trace = tracing.current();
        InferRequest request = trace.step(Step.DECODE, body);
        String id = request.id() == null ? made(header) : request.id();
        List<RequestedOutputs.Asked> outputs = RequestedOutputs.of(request);
        boolean explain = request.parameters().isSet(Parameters.EXPLAIN);
        List<PredictionRequest> rows = RequestRows.of(request, model, id, signature, trace);
        Function<List<Reply.Served>, Inferred> answered =
                served -> new Inferred.Answered(model, signature.version().version(), id, outputs, explain, served);
        return rows.size() == 1
                ? trial.answer(rows.getFirst()).map(reply -> all(List.of(reply), answered))
                : Uni.combine()
                        .all()
                        .unis(rows.stream().map(trial::answer).toList())
                        .with(Reply.class, replies -> all(replies, answered));
    }

    private String made(@Nullable String header) {
        return header == null ? requestIds.generate().toString() : header;
    }

    /** All answers, or the first refusal with the row that it is about. */
    private static Inferred all(List<Reply> replies, Function<List<Reply.Served>, Inferred> answered) {
        List<Reply.Served> served = new ArrayList<>(replies.size());
        for (Reply reply : replies) {
            String row = replies.size() == 1 ? "" : "row " + served.size() + " of " + replies.size() + ": ";
            switch (reply) {
                case Reply.Served one -> served.add(one);
                case Reply.Unfit unfit -> {
                    return new Inferred.Refused(Cause.INVALID, row + unfit.detail());
                }
                case Reply.UnknownExperiment unknown -> {
                    return new Inferred.Refused(
                            Cause.NOT_FOUND,
                            "test " + unknown.testId()
                                    + " does not exist; GET /api/v1/ab-test/list shows those that do");
                }
                case Reply.Unavailable unavailable -> {
                    return new Inferred.Refused(Cause.UNAVAILABLE, row + unavailable.detail());
                }
            }
        }
        return answered.apply(served);
    }
}
