/** Models: which are loaded, and reloading them. */
@NullMarked
package ai.ultrathink.understudy.http.model;

import org.jspecify.annotations.NullMarked;
