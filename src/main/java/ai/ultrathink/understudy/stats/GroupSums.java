package ai.ultrathink.understudy.stats;

/**
 * Sums over groups of values, such as the values of each minute or of each unit, from which a {@link DesignEffect}
 * follows. Those of two sets of groups add up.
 *
 * @param groups the number of groups with values, 0 or more
 * @param count the number of values, n = Σ n_g, 0 or more
 * @param sum Σ x over all values
 * @param sumOfSquares Σ x² over all values, 0 or more
 * @param sizes Σ n_g² over groups, 0 or more
 * @param products Σ n_g s_g, where s_g is the sum of the values of a group
 * @param groupSquares Σ s_g², 0 or more
 */
public record GroupSums(
        long groups, long count, double sum, double sumOfSquares, double sizes, double products, double groupSquares) {

    /** No groups. */
    public static final GroupSums NONE = new GroupSums(0, 0, 0, 0, 0, 0, 0);

    public GroupSums {
        Arguments.count("groups", groups);
        Arguments.count("count", count);
        Arguments.finite("sum", sum);
        Arguments.notNegative("sumOfSquares", sumOfSquares);
        Arguments.notNegative("sizes", sizes);
        Arguments.finite("products", products);
        Arguments.notNegative("groupSquares", groupSquares);
    }

    /** One group of values that are 0 or 1; nothing if it has none. */
    public static GroupSums ofGroup(Proportion group) {
        if (group.count() == 0) {
            return NONE;
        }
        double ones = group.successes();
        double size = group.count();
        return new GroupSums(1, group.count(), ones, ones, size * size, size * ones, ones * ones);
    }

    /** The groups of both. */
    public GroupSums plus(GroupSums other) {
        return new GroupSums(
                Math.addExact(groups, other.groups),
                Math.addExact(count, other.count),
                sum + other.sum,
                sumOfSquares + other.sumOfSquares,
                sizes + other.sizes,
                products + other.products,
                groupSquares + other.groupSquares);
    }

    /**
     * The number of groups of one size that would say as much: n² / Σ n_g². A group with most of the values counts little
     * more than one.
     */
    public double effectiveGroups() {
        return count == 0 ? 0 : (double) count * count / sizes;
    }

    /** The size of a group, in the mean over values: Σ n_g² / n; 0 without values. */
    public double effectiveSize() {
        return count == 0 ? 0 : sizes / count;
    }

    /**
     * The variance of the sum of all values, as the groups show it, divided by that of as many independent values:
     *
     * <pre>deff = g / (g − 1) · Σ (s_g − x̄ n_g)² / (n σ²)</pre>
     *
     * (the ratio estimator of cluster sampling; Kish 1965, Survey Sampling, chapter 5). 1 where it cannot be known: with
     * fewer than two groups, and if all values are equal.
     */
    public double ratio() {
        if (groups < 2 || count == 0) {
            return 1;
        }
        double mean = sum / count;
        double variance = sumOfSquares - sum * mean;
        // rounding may leave a little where all values are equal
        if (!(variance > 1e-12 * sumOfSquares)) {
            return 1;
        }
        double between = Math.max(0, groupSquares - 2 * mean * products + mean * mean * sizes);
        return groups / (groups - 1.0) * between / variance;
    }

    /**
     * The correlation of two values of a group that gives this ratio: (deff − 1) / (Σ n_g² / n − 1). 0 where groups have one
     * value each.
     */
    public double correlation() {
        return effectiveSize() > 1 ? (ratio() - 1) / (effectiveSize() - 1) : 0;
    }
}
