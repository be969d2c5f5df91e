/** The demonstration, {@code make demo}: it starts the packaged service and speaks to it as any client would. */
@NullMarked
package ai.ultrathink.understudy.demo;

import org.jspecify.annotations.NullMarked;
