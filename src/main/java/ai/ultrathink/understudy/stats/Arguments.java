package ai.ultrathink.understudy.stats;

/** Refuses arguments that no formula of this package can mean. NaN is among them, always. */
final class Arguments {

    private Arguments() {}

    /** Above 0, below 1. */
    static double probability(String name, double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(name + ": got " + value + "; allowed: above 0, below 1");
        }
        return value;
    }

    /** Above 0, finite. */
    static double positive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + ": got " + value + "; allowed: above 0, finite");
        }
        return value;
    }

    /** Finite. */
    static double finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + ": got " + value + "; allowed: finite numbers");
        }
        return value;
    }

    /** 0 or more. */
    static long count(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + ": got " + value + "; allowed: 0 or more");
        }
        return value;
    }
}
