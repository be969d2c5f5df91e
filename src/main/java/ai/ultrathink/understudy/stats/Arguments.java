package ai.ultrathink.understudy.stats;

/** Rejects arguments that are invalid in every formula of this package, always including NaN. */
final class Arguments {

    private Arguments() {}

    /** Checks for a number above 0 and below 1. */
    static double probability(String name, double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(name + ": got " + value + "; allowed: above 0, below 1");
        }
        return value;
    }

    /** Checks for a finite number above 0. */
    static double positive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + ": got " + value + "; allowed: above 0, finite");
        }
        return value;
    }

    /** Checks for a finite number. */
    static double finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + ": got " + value + "; allowed: finite numbers");
        }
        return value;
    }

    /** Checks for a finite number of 0 or more. */
    static double notNegative(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + ": got " + value + "; allowed: 0 or more, finite");
        }
        return value;
    }

    /** Checks for 0 or more. */
    static long count(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + ": got " + value + "; allowed: 0 or more");
        }
        return value;
    }
}
