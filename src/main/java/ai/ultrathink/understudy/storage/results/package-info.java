/** The results of predictions: stored in batches, each row once, and the queries over them. */
@NullMarked
package ai.ultrathink.understudy.storage.results;

import org.jspecify.annotations.NullMarked;
