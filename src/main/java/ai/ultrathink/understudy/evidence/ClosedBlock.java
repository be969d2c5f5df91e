package ai.ultrathink.understudy.evidence;

/**
 * A closed block as it is read.
 *
 * @param closing the number of its closing: 1 for the first of a test and its kind of evidence, and so on. Parts of one block, in two
 *     generations, have the same
 */
public record ClosedBlock(long closing, OutcomeBlock block) {}
