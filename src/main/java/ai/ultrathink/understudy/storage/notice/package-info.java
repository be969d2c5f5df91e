/** The outbox of notices: which events of the audit trail are still to be sent, and where to. */
@NullMarked
package ai.ultrathink.understudy.storage.notice;

import org.jspecify.annotations.NullMarked;
