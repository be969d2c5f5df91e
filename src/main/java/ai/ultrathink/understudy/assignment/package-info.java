/**
 * Which experiment applies and which variant a unit gets.
 *
 * <p>Assignment is a pure function of experiment, unit and split. The catalog of experiments is an immutable snapshot that is
 * replaced as a whole: {@link ai.ultrathink.understudy.assignment.CatalogFollower} follows the database, and
 * {@link ai.ultrathink.understudy.assignment.ExperimentCommands} change the database first and the snapshot after.
 */
@NullMarked
package ai.ultrathink.understudy.assignment;

import org.jspecify.annotations.NullMarked;
