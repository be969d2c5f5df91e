/** The prediction call: bytes to a request, a reply to bytes. */
@NullMarked
package ai.ultrathink.understudy.http.predict;

import org.jspecify.annotations.NullMarked;
