package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.experiment.StoredCatalog;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Effect of a committed change on the catalog: to check whether a catalog has it, and to apply it if none can be
 * loaded.
 */
interface CatalogEffect {

    /** The experiment is as changed. */
    CatalogEffect CHANGED = StoredCatalog::with;

    /** The experiment is deleted. */
    CatalogEffect DELETED = new CatalogEffect() {
        @Override
        public StoredCatalog on(StoredCatalog catalog, Experiment after) {
            return catalog.without(after.testId());
        }

        @Override
        public boolean isIn(Catalog catalog, Experiment after) {
            return catalog.find(after.testId()).isEmpty();
        }
    };

    /** The control model answers for itself again. The experiment may be deleted. */
    CatalogEffect REVERTED = new CatalogEffect() {
        @Override
        public StoredCatalog on(StoredCatalog catalog, Experiment after) {
            Map<String, Promotion> promotions = new HashMap<>(catalog.promotions());
            promotions.remove(after.controlModel());
            boolean kept = catalog.experiments().stream()
                    .anyMatch(experiment -> experiment.testId().equals(after.testId()));
            return (kept ? catalog.with(after) : catalog).withPromotions(promotions);
        }

        @Override
        public boolean isIn(Catalog catalog, Experiment after) {
            return catalog.find(after.testId()).isEmpty() || CatalogEffect.super.isIn(catalog, after);
        }
    };

    /** The treatment answers for the control model, and the experiment is as changed. */
    static CatalogEffect promoted(String by, @Nullable String approvedBy, @Nullable String override, Instant now) {
        return (catalog, after) -> {
            Map<String, Promotion> promotions = new HashMap<>(catalog.promotions());
            promotions.put(
                    after.controlModel(),
                    new Promotion(
                            after.controlModel(),
                            after.treatmentModel(),
                            after.testId(),
                            now,
                            by,
                            approvedBy,
                            override));
            return catalog.with(after).withPromotions(promotions);
        };
    }

    StoredCatalog on(StoredCatalog catalog, Experiment after);

    default boolean isIn(Catalog catalog, Experiment after) {
        return catalog.find(after.testId())
                .filter(experiment -> experiment.generation() >= after.generation())
                .isPresent();
    }
}
