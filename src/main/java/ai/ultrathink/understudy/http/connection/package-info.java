/** Limits of connections, below and beside HTTP: how many there may be, and how many requests one of them may have waiting. */
@NullMarked
package ai.ultrathink.understudy.http.connection;

import org.jspecify.annotations.NullMarked;
