/**
 * Pure mathematics; imports nothing of ours.
 */
@NullMarked
package ai.ultrathink.understudy.stats;

import org.jspecify.annotations.NullMarked;
