/** The prediction call: reads a request from bytes and writes a reply to bytes. */
@NullMarked
package ai.ultrathink.understudy.http.predict;

import org.jspecify.annotations.NullMarked;
