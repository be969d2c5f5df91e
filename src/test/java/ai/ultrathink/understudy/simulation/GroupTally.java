package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.evidence.Clustering;

/** One quantity and one grouping, as the database keeps it up: groups are added to while they are open. */
final class GroupTally {

    private final Clustering.Quantity quantity;
    private final Clustering.Grouping grouping;
    private long groups;
    private long count;
    private double sum;
    private double sumOfSquares;
    private double sizes;
    private double products;
    private double groupSquares;

    GroupTally(Clustering.Quantity quantity, Clustering.Grouping grouping) {
        this.quantity = quantity;
        this.grouping = grouping;
    }

    /** One group so far. */
    static final class Group {

        private long size;
        private double sum;
    }

    /** A value of a group. */
    void add(Group group, double value) {
        groups += group.size == 0 ? 1 : 0;
        count++;
        sum += value;
        sumOfSquares += value * value;
        sizes += 2 * group.size + 1;
        products += group.sum + (group.size + 1) * value;
        groupSquares += (2 * group.sum + value) * value;
        group.size++;
        group.sum += value;
    }

    Clustering clustering() {
        return new Clustering(quantity, grouping, groups, count, sum, sumOfSquares, sizes, products, groupSquares);
    }
}
