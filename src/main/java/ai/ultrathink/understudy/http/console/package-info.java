/** Where browsers find the console, and what they may do with it. */
@NullMarked
package ai.ultrathink.understudy.http.console;

import org.jspecify.annotations.NullMarked;
