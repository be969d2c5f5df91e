/**
 * Decides whether a treatment may be used now: a guard for each experiment, and probes that ask every model in use its
 * golden question.
 *
 * <p>A guard's state is a sealed value whose methods are its only transitions. A caller of a treatment first takes a
 * permit, and ends it with the treatment's outcome.
 */
@NullMarked
package ai.ultrathink.understudy.guard;

import org.jspecify.annotations.NullMarked;
