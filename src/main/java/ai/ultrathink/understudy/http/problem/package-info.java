/** Errors as problem documents (RFC 9457), also for what is refused before a resource is reached. */
@NullMarked
package ai.ultrathink.understudy.http.problem;

import org.jspecify.annotations.NullMarked;
