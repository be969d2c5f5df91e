/** What all calls share: reading a body, parameters and headers. */
@NullMarked
package ai.ultrathink.understudy.http.request;

import org.jspecify.annotations.NullMarked;
