/** What goes into a network and what comes out of it, whichever engine runs it. Imports nothing of ours. */
@NullMarked
package ai.ultrathink.understudy.inference.tensor;

import org.jspecify.annotations.NullMarked;
