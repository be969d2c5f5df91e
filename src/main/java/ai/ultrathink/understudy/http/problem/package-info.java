/** Errors as problem documents (RFC 9457), also for requests that are rejected before they reach a resource. */
@NullMarked
package ai.ultrathink.understudy.http.problem;

import org.jspecify.annotations.NullMarked;
