/** What the market made of predictions, as it is reported. */
@NullMarked
package ai.ultrathink.understudy.storage.outcomes;

import org.jspecify.annotations.NullMarked;
