package ai.ultrathink.understudy.http.model;

import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.fleet.Fleet;
import ai.ultrathink.understudy.inference.ModelStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A folder of the models directory. */
@Schema(name = "Model")
record ModelView(
        String name,
        @Nullable String version,
        @Nullable Long parameters,
        @Nullable Integer inputSize,

        @Schema(description = "the actions that it advises, in the order of the network's output") @Nullable List<String> actions,

        String device,
        @Nullable Instant loadedAt,

        @Schema(enumeration = {"loaded", "stale", "failed", "withheld", "ignored"})
        String state,

        @Schema(description = "why the folder does not load or does not serve") @Nullable String reason,

        @Schema(
                description =
                        "of the version that serves here: the first 12 digits of SHA-256 over its card and network")
        @Nullable String digest,

        @Schema(
                description = "how requests run together in one pass, found out when it was loaded",
                examples = {"blocks of 64", "row by row"})
        @Nullable String batching,

        @Schema(
                description =
                        "why they do not run in larger batches, and that its golden answer was recorded by the service")
        @Nullable String note,

        @Schema(description = "the digest that every replica should serve") @Nullable String wanted,

        @Schema(description = "the state on each live replica")
        List<OnReplica> replicas) {

    /** State of a model on one replica. */
    @Schema(name = "ModelOnReplica")
    record OnReplica(
            String replica,

            @Schema(description = "of the version that serves there") @Nullable String digest,

            @Schema(
                    description = "where it is on its way to the wanted version",
                    enumeration = {"loading", "loaded", "waiting", "failed", "switched"})
            String state,

            @Nullable String detail) {}

    static ModelView of(ModelStatus status, Fleet fleet) {
        return new ModelView(
                status.name(),
                status.version(),
                status.parameters(),
                status.inputSize(),
                status.actions(),
                "cpu",
                status.loadedAt(),
                status.state().name().toLowerCase(Locale.ROOT),
                status.reason(),
                Optional.ofNullable(status.digest()).map(ModelVersion::shown).orElse(null),
                status.batching(),
                status.note(),
                fleet.wanted(status.name()).map(ModelVersion::shownDigest).orElse(null),
                fleet.on(status.name()).stream()
                        .map(on -> new OnReplica(on.replica(), on.digest(), on.state(), on.detail()))
                        .toList());
    }
}
