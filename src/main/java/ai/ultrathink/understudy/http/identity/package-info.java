/** Who calls: tokens, and what is reachable without one. */
@NullMarked
package ai.ultrathink.understudy.http.identity;

import org.jspecify.annotations.NullMarked;
