package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.DoubleStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class GroupSumsProperties {

    @Property
    void groups_add_up_in_any_order(
            @ForAll @Size(min = 1, max = 20) List<@Size(min = 1, max = 8) List<@DoubleRange(min = -2, max = 2) Double>> groups) {
        GroupSums forwards = sums(groups);
        GroupSums backwards = sums(groups.reversed());

        assertEquals(forwards.ratio(), backwards.ratio(), 1e-6 * Math.max(1, forwards.ratio()));
        assertEquals(forwards.effectiveGroups(), backwards.effectiveGroups(), 1e-9);
        assertTrue(forwards.effectiveGroups() <= groups.size() + 1e-9);
    }

    @Property
    void copies_of_a_value_say_as_much_as_one(
            @ForAll @Size(min = 2, max = 40) List<@DoubleRange(min = 0, max = 1) Double> values,
            @ForAll @IntRange(min = 1, max = 50) int copies) {
        GroupSums sums = values.stream()
                .map(value ->
                        ofGroup(DoubleStream.generate(() -> value).limit(copies).toArray()))
                .reduce(GroupSums.NONE, GroupSums::plus);
        boolean alike = values.stream().distinct().count() == 1;

        double expected = alike ? 1 : copies * values.size() / (values.size() - 1.0);
        assertEquals(expected, sums.ratio(), 1e-6 * expected);
    }

    @Example
    void values_that_are_all_equal_or_of_one_group_show_no_effect() {
        assertEquals(1, GroupSums.NONE.ratio());
        assertEquals(1, ofGroup(1, 0, 1).ratio());
        assertEquals(1, ofGroup(0.1, 0.1).plus(ofGroup(0.1, 0.1, 0.1)).ratio());
        assertEquals(0, GroupSums.NONE.effectiveGroups());
        assertEquals(0, ofGroup(1).plus(ofGroup(0)).correlation());
    }

    @Example
    void a_group_of_rates_is_one_of_zeros_and_ones() {
        assertEquals(ofGroup(1, 1, 0), GroupSums.ofGroup(new Proportion(2, 3)));
        assertEquals(GroupSums.NONE, GroupSums.ofGroup(Proportion.NONE));
    }

    @Example
    void sums_that_cannot_be_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> new GroupSums(-1, 0, 0, 0, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new GroupSums(1, 1, Double.NaN, 0, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new GroupSums(1, 1, 0, -1, 1, 0, 0));
    }

    static GroupSums ofGroup(double... values) {
        double sum = 0;
        double squares = 0;
        for (double value : values) {
            sum += value;
            squares += value * value;
        }
        double size = values.length;
        return new GroupSums(1, values.length, sum, squares, size * size, size * sum, sum * sum);
    }

    private static GroupSums sums(List<List<Double>> groups) {
        return groups.stream()
                .map(group -> ofGroup(group.stream().mapToDouble(each -> each).toArray()))
                .reduce(GroupSums.NONE, GroupSums::plus);
    }
}
