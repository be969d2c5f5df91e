package ai.ultrathink.understudy.storage.fleet;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.storage.json.FleetJson;
import io.vertx.mutiny.sqlclient.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Models that replicas reported at the last reading, by the hash that the database has of them. Replicas of a fleet mostly hold the
 * same ones and keep them for days, so a reading asks for those alone that are new.
 */
final class KnownModels {

    private volatile Map<Long, List<ModelInMemory>> byHash = Map.of();

    Reading begin() {
        return new Reading(byHash);
    }

    /** One reading of the replicas. Others may run at the same time. */
    final class Reading {

        private final Map<Long, List<ModelInMemory>> known;
        private final Map<Long, List<ModelInMemory>> found = new HashMap<>();

        private Reading(Map<Long, List<ModelInMemory>> known) {
            this.known = known;
        }

        /** What need not be sent. */
        Long[] hashes() {
            return known.keySet().toArray(Long[]::new);
        }

        /** The models of a row with {@code models_hash}, and with {@code models} unless the hash is known. */
        List<ModelInMemory> of(Row row) {
            Long hash = row.getLong("models_hash");
            List<ModelInMemory> earlier = found.get(hash);
            List<ModelInMemory> models = earlier == null ? read(row, known.get(hash)) : earlier;
            found.put(hash, models);
            return models;
        }

        private static List<ModelInMemory> read(Row row, @Nullable List<ModelInMemory> known) {
            return known == null ? List.copyOf(FleetJson.models(row.getJsonArray("models"))) : known;
        }

        /** After the last row. Models that no replica reports any more are forgotten. */
        void end() {
            byHash = Map.copyOf(found);
        }
    }
}
