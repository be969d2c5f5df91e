/** Tensors of the Open Inference Protocol, version 2, as bytes. Knows neither a server nor a client. */
@NullMarked
package ai.ultrathink.understudy.oip;

import org.jspecify.annotations.NullMarked;
