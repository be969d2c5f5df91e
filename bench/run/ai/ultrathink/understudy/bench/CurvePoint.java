package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.bench.Contender.Mode;

/**
 * What is measured in each round.
 *
 * @param percent of the requests a second at which a shadow is saturated
 */
record CurvePoint(int percent, Mode mode) {}
