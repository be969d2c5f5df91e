/** What a line of the log says beside its message: who, which test, which request, which trace. */
@NullMarked
package ai.ultrathink.understudy.log;

import org.jspecify.annotations.NullMarked;
