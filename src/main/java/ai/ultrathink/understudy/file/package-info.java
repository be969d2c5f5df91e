/** Files that settings name and that are read again: their content replaces the one before only if it is valid. Imports nothing of ours. */
@NullMarked
package ai.ultrathink.understudy.file;

import org.jspecify.annotations.NullMarked;
