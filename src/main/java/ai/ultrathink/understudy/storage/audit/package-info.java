/** The audit trail: each event is written in the transaction of its change. */
@NullMarked
package ai.ultrathink.understudy.storage.audit;

import org.jspecify.annotations.NullMarked;
