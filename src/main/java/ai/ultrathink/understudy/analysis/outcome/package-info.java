/** The closed blocks of outcome plans, read once and kept as what they add up to. */
@NullMarked
package ai.ultrathink.understudy.analysis.outcome;

import org.jspecify.annotations.NullMarked;
