package ai.ultrathink.understudy.stats;

/** The hypothesis of a test, as a relation between an unknown figure and a given one. */
public enum Hypothesis {
    /** The figure equals the given one; values on either side are evidence against it. */
    EQUAL,
    /** The figure is the given one or more; lower values are evidence against it. */
    AT_LEAST,
    /** The figure is the given one or less; higher values are evidence against it. */
    AT_MOST
}
