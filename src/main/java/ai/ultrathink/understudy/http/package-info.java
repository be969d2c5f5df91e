/**
 * Reads JSON, answers JSON; translates and decides nothing. Errors are problem documents (RFC 9457).
 */
@NullMarked
package ai.ultrathink.understudy.http;

import org.jspecify.annotations.NullMarked;
