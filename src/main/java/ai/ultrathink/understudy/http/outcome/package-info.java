/** The call that takes outcomes. */
@NullMarked
package ai.ultrathink.understudy.http.outcome;

import org.jspecify.annotations.NullMarked;
