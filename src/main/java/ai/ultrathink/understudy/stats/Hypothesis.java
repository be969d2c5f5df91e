package ai.ultrathink.understudy.stats;

/** What a test takes for true until the data speak against it, as a relation between the unknown figure and a given one. */
public enum Hypothesis {
    /** The figure is the given one; evidence is whatever lies on either side. */
    EQUAL,
    /** The figure is the given one or more; evidence is what lies below. */
    AT_LEAST,
    /** The figure is the given one or less; evidence is what lies above. */
    AT_MOST
}
