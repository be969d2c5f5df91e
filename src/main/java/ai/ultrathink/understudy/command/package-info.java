/** The commands of {@code bin/understudy} that talk to a running service, over its HTTP API alone. */
@NullMarked
package ai.ultrathink.understudy.command;

import org.jspecify.annotations.NullMarked;
