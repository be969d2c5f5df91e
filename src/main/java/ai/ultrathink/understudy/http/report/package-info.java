/** Reports and statistics. */
@NullMarked
package ai.ultrathink.understudy.http.report;

import org.jspecify.annotations.NullMarked;
