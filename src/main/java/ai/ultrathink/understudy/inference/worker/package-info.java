/**
 * A process of its own for models, seen from both sides: how it is started and ends, and the frames that go back and forth over a
 * Unix domain socket.
 *
 * <p>Knows nothing of queues, models or libtorch. The service's side is {@link
 * ai.ultrathink.understudy.inference.worker.WorkerLife}, the process's own {@link
 * ai.ultrathink.understudy.inference.worker.WorkerServer}.
 */
@NullMarked
package ai.ultrathink.understudy.inference.worker;

import org.jspecify.annotations.NullMarked;
