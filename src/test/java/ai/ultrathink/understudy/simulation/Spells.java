package ai.ultrathink.understudy.simulation;

import java.util.random.RandomGenerator;

/** Bad times that come and go. Good and bad times have geometric lengths, counted in requests. */
final class Spells {

    private final RandomGenerator random;
    private final double bad;
    private final double good;
    private boolean isBad;
    private long left;

    /**
     * @param share of the requests that are in bad times
     * @param length of bad times, in the mean
     */
    Spells(double share, double length, RandomGenerator random) {
        this.random = random;
        this.bad = length;
        this.good = length * (1 - share) / share;
        this.isBad = random.nextDouble() < share;
        this.left = length();
    }

    /** Whether the next request is in a bad time. */
    boolean next() {
        if (left == 0) {
            isBad = !isBad;
            left = length();
        }
        left--;
        return isBad;
    }

    private long length() {
        double mean = Math.max(1, isBad ? bad : good);
        return 1 + (long) (Math.log(1 - random.nextDouble()) / Math.log1p(-1 / (mean + 1e-9)));
    }
}
