/** A change of an experiment: the decision, the result, and the audit entry that records it. Values only. */
@NullMarked
package ai.ultrathink.understudy.change;

import org.jspecify.annotations.NullMarked;
