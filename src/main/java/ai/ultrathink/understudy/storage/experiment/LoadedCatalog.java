package ai.ultrathink.understudy.storage.experiment;

import org.jspecify.annotations.Nullable;

/**
 * The catalog as the database has it.
 *
 * @param testsRead rows of tests that were read for it: those that changed, or all
 * @param otherTruth why this does not continue what was known before, in words, or null when it does: the database went back, or
 *     it is another one
 */
public record LoadedCatalog(
        StoredCatalog catalog, int testsRead, @Nullable String otherTruth) {}
