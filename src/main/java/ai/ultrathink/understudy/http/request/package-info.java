/** Reading of bodies, parameters and headers, for all operations. */
@NullMarked
package ai.ultrathink.understudy.http.request;

import org.jspecify.annotations.NullMarked;
