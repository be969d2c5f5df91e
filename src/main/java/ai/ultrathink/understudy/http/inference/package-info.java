/** The Open Inference Protocol, version 2, over REST and gRPC: decodes a request, asks for a prediction of each row, encodes the answers. */
@NullMarked
package ai.ultrathink.understudy.http.inference;

import org.jspecify.annotations.NullMarked;
