/**
 * One fleet, one model: which version of each model the replicas serve stands in the database, and they go from one to the next
 * together. Row 5: it loads and switches models, and knows what the database says of the other replicas; of tests it knows nothing.
 */
@NullMarked
package ai.ultrathink.understudy.fleet;

import org.jspecify.annotations.NullMarked;
