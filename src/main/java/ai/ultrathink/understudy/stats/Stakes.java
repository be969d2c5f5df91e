package ai.ultrathink.understudy.stats;

import java.util.Arrays;

/**
 * The money of a bettor who has divided it over several stakes, each a fraction that is bet again at every number. Products are kept
 * as a number and a power of 2^256, so that neither large nor small ones are lost.
 */
final class Stakes {

    private static final int POWER = 256;
    private static final double LARGE = Math.scalb(1.0, POWER);
    private static final double SMALL = Math.scalb(1.0, -POWER);

    private final double[] stakes;
    private final double[] money;
    private final int[] powers;
    private boolean plain = true;

    /** @param stakes the fractions, each with an equal part of the money */
    Stakes(double[] stakes) {
        this.stakes = stakes;
        this.money = new double[stakes.length];
        this.powers = new int[stakes.length];
        Arrays.fill(money, 1);
    }

    /** The logarithm of what each stake has made of 1. */
    double[] logs() {
        double[] logs = new double[money.length];
        for (int place = 0; place < logs.length; place++) {
            logs[place] = Math.log(money[place]) + powers[place] * POWER * Math.log(2);
        }
        return logs;
    }

    /** Goes on from these logarithms, one for each stake. */
    void resume(double[] logs) {
        double one = POWER * Math.log(2);
        for (int place = 0; place < logs.length; place++) {
            powers[place] = (int) Math.rint(logs[place] / one);
            money[place] = Math.exp(logs[place] - powers[place] * one);
            plain &= powers[place] == 0;
        }
    }

    /** Bets each fraction: with a return of y, the money of the stake λ is multiplied by 1 + λ y, which must be above 0. */
    void bet(double returned) {
        for (int place = 0; place < stakes.length; place++) {
            double after = money[place] * (1 + stakes[place] * returned);
            if (after >= LARGE) {
                after *= SMALL;
                powers[place]++;
                plain = false;
            } else if (after <= SMALL) {
                after *= LARGE;
                powers[place]--;
                plain = false;
            }
            money[place] = after;
        }
    }

    /** The logarithm of the mean. */
    double log() {
        int highest = 0;
        if (!plain) {
            highest = Integer.MIN_VALUE;
            for (int power : powers) {
                highest = Math.max(highest, power);
            }
        }
        double sum = 0;
        for (int place = 0; place < money.length; place++) {
            int lower = highest - powers[place];
            sum += lower == 0 ? money[place] : Math.scalb(money[place], -POWER * Math.min(lower, POWER));
        }
        return Math.log(sum / money.length) + highest * POWER * Math.log(2);
    }
}
