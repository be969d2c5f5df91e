/** Verification and export of the audit trail. */
@NullMarked
package ai.ultrathink.understudy.http.audit;

import org.jspecify.annotations.NullMarked;
