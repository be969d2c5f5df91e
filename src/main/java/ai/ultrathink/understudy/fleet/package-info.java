/**
 * Keeps the replicas on the same model versions: the database holds the wanted version of each model, and all replicas
 * switch together. Row 5: it loads and switches models and knows the other replicas through the database, but knows no
 * experiments.
 */
@NullMarked
package ai.ultrathink.understudy.fleet;

import org.jspecify.annotations.NullMarked;
