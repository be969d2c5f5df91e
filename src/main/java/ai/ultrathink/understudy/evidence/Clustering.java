package ai.ultrathink.understudy.evidence;

/**
 * How the values of a quantity vary between groups of requests. If the groups vary more than independent requests would,
 * the requests within a group depend on each other, and there is less evidence than the number of requests suggests. All
 * components are sums over groups, so those of two stretches of time can be added.
 *
 * @param quantity what is measured
 * @param grouping what a group is
 * @param groups the number of groups
 * @param count the number of values, n = Σ n_g
 * @param sum Σ x over all values
 * @param sumOfSquares Σ x² over all values
 * @param sizes Σ n_g² over groups
 * @param products Σ n_g s_g, where s_g is the sum of the values of the group
 * @param groupSquares Σ s_g²
 */
public record Clustering(
        Quantity quantity,
        Grouping grouping,
        long groups,
        long count,
        double sum,
        double sumOfSquares,
        double sizes,
        double products,
        double groupSquares) {

    /** What is measured of a request. */
    public enum Quantity {
        /** 1 if both models chose the same action, otherwise 0; of pairs. */
        AGREEMENT,
        /** Treatment's confidence minus control's; of pairs. */
        CONFIDENCE_DELTA,
        /** The confidence of an arm's own answers. */
        CONTROL_CONFIDENCE,
        TREATMENT_CONFIDENCE,
        /** The natural logarithm of the milliseconds of a forward pass; of an arm's own answers. */
        CONTROL_LATENCY,
        TREATMENT_LATENCY
    }

    /** Which requests form a group. */
    public enum Grouping {
        /** Up to 16 requests that were stored one after the other. */
        RUN,
        /** 64 of the newest pairs, one after the other; see {@link PairStretches}. */
        STRETCH_64,
        /** 256 of the newest pairs, one after the other. */
        STRETCH_256,
        /** 1,024 of the newest pairs, one after the other. */
        STRETCH_1024,
        /** The requests of one minute. */
        MINUTE,
        /** The requests of one unit, such as an account; only of requests whose unit is not the request itself. */
        UNIT
    }

    /** The clustering of both stretches together. */
    public Clustering plus(Clustering other) {
        return new Clustering(
                quantity,
                grouping,
                groups + other.groups,
                count + other.count,
                sum + other.sum,
                sumOfSquares + other.sumOfSquares,
                sizes + other.sizes,
                products + other.products,
                groupSquares + other.groupSquares);
    }
}
