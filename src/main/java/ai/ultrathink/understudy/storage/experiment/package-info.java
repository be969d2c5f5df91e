/**
 * Experiments, ramps, promotions and wanted model versions. Every change of an experiment and the event that records it are one
 * transaction.
 */
@NullMarked
package ai.ultrathink.understudy.storage.experiment;

import org.jspecify.annotations.NullMarked;
