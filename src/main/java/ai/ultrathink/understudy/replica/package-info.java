/**
 * State that replicas share through the database: the model versions that they hold, and the progress of a reload.
 * Values only.
 */
@NullMarked
package ai.ultrathink.understudy.replica;

import org.jspecify.annotations.NullMarked;
