/**
 * Which test applies and which variant a unit gets.
 *
 * <p>Assignment is a pure function of test, unit and split. The catalog of tests is an immutable snapshot, swapped whole; the
 * registry edits the tests in the database first and the snapshot after.
 */
@NullMarked
package ai.ultrathink.understudy.assignment;

import org.jspecify.annotations.NullMarked;
