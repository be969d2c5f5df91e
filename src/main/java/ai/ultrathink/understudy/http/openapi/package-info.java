/** What annotations cannot say in the OpenAPI document. */
@NullMarked
package ai.ultrathink.understudy.http.openapi;

import org.jspecify.annotations.NullMarked;
