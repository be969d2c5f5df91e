/**
 * What can go wrong, made to go wrong: real processes of the packaged service, a real PostgreSQL, real signals.
 *
 * <p>A {@link ai.ultrathink.understudy.faults.Fault} is a value: a name, what is injected, what is promised, and how to tell.
 * {@code make faults} plays them all and writes docs/faults.md; {@code make test} plays the quick ones.
 */
@NullMarked
package ai.ultrathink.understudy.faults;

import org.jspecify.annotations.NullMarked;
