package ai.ultrathink.understudy.storage.experiment;

import org.jspecify.annotations.Nullable;

/**
 * The catalog as loaded from the database.
 *
 * @param experimentsRead the number of experiments that were read: those that changed, or all
 * @param otherTruth why this does not continue the known history, in words, or null if it does: the database went back,
 *     or is another one
 */
public record LoadedCatalog(
        StoredCatalog catalog,
        int experimentsRead,
        @Nullable String otherTruth) {}
