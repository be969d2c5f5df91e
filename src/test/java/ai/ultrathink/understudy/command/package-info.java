/** The commands of bin/understudy, against the packaged service. */
@NullMarked
package ai.ultrathink.understudy.command;

import org.jspecify.annotations.NullMarked;
