/**
 * May the treatment be used now? A guard for each test, and probes that ask every model in use its golden question.
 *
 * <p>A guard's state is a sealed value whose methods are its only transitions. Whoever runs a treatment takes a permit first
 * and ends it with what the treatment did.
 */
@NullMarked
package ai.ultrathink.understudy.guard;

import org.jspecify.annotations.NullMarked;
