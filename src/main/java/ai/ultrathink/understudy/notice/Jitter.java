package ai.ultrathink.understudy.notice;

/** Spreads what many would do at the same moment. */
@FunctionalInterface
public interface Jitter {

    /** A random number, at least 0 and less than 1. */
    double next();
}
