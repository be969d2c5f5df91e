package ai.ultrathink.understudy.storage.experiment;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One state of the catalog.
 *
 * @param number counts every change of any test or promotion; goes back when the database does
 * @param stamp of this version in this history: the same number with another stamp is another truth. Null when it is not known
 */
public record CatalogVersion(long number, @Nullable UUID stamp) {}
