/** A change of an experiment: what it is changed to, what came of it, and the entry of the audit trail that records it. Values only. */
@NullMarked
package ai.ultrathink.understudy.change;

import org.jspecify.annotations.NullMarked;
