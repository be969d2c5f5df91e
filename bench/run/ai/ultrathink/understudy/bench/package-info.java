/** The benchmarks of the packaged service, {@code make bench}: it and its peers as processes, under load, and the report. */
@NullMarked
package ai.ultrathink.understudy.bench;

import org.jspecify.annotations.NullMarked;
