/** The report of an experiment: metrics with intervals, the verdict with its reasons; as values and as Markdown. */
@NullMarked
package ai.ultrathink.understudy.analysis.report;

import org.jspecify.annotations.NullMarked;
