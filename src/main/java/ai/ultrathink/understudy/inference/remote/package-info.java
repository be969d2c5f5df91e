/**
 * Clients of servers that answer for a model by the Open Inference Protocol, version 2: over REST and over gRPC.
 *
 * <p>A client has one pool of connections and one event loop. Nothing blocks, every reply is bounded in size, and what is wrong with a
 * reply is a {@link ai.ultrathink.understudy.inference.remote.RemoteException} with its cause in words.
 */
@NullMarked
package ai.ultrathink.understudy.inference.remote;

import org.jspecify.annotations.NullMarked;
