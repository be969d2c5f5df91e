package ai.ultrathink.understudy.http.model;

import ai.ultrathink.understudy.fleet.ReloadStatus;
import ai.ultrathink.understudy.replica.Reload;
import ai.ultrathink.understudy.replica.ReloadTarget;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A reload as the API shows it. */
@Schema(name = "Reload")
record ReloadView(
        String reloadId,

        @Schema(enumeration = {"loading", "switched", "failed"})
        String state,

        String actor,
        Instant startedAt,

        @Schema(description = "when it continues without the replicas that are not ready")
        Instant deadline,

        @Schema(description = "when the replicas switch or have switched, by the database's clock") @Nullable Instant switchAt,

        @Schema(description = "why it failed, or which replicas were not ready when it continued") @Nullable String detail,

        @Schema(description = "the versions that are wanted, as name@version#digest")
        List<String> models,

        List<ReplicaView> replicas) {

    /** A replica's state in one model. */
    @Schema(name = "ReloadReplica")
    record ReplicaView(
            String replica,
            String model,

            @Schema(enumeration = {"loading", "loaded", "waiting", "failed", "switched"})
            String state,

            @Nullable String detail) {}

    static ReloadView of(ReloadStatus status) {
        Reload reload = status.reload();
        return new ReloadView(
                reload.id().toString(),
                status.state().name().toLowerCase(Locale.ROOT),
                reload.actor(),
                reload.startedAt(),
                reload.deadline(),
                reload.switchAt(),
                reload.detail(),
                reload.targets().stream().map(ReloadTarget::text).toList(),
                status.progress().stream()
                        .map(one -> new ReplicaView(one.replica(), one.model(), one.state(), one.detail()))
                        .toList());
    }
}
