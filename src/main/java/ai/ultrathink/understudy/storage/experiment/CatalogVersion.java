package ai.ultrathink.understudy.storage.experiment;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One state of the catalog.
 *
 * @param number counts every change of an experiment or promotion; goes back if the database does
 * @param stamp identifies this version in this history: the same number with another stamp is another history. Null if
 *     unknown
 */
public record CatalogVersion(long number, @Nullable UUID stamp) {}
