/** Statistics of a window of time, which describe and decide nothing. */
@NullMarked
package ai.ultrathink.understudy.analysis.window;

import org.jspecify.annotations.NullMarked;
