package ai.ultrathink.understudy.stats;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a path of decisions earned:
 *
 * <pre>position × value − cost × |position − previous position of the same unit and symbol|</pre>
 *
 * in the order of the decisions, with 0 before the first. The value is what the market did after the decision, the same for
 * every model: our own orders are assumed not to move the price.
 */
public final class Earnings {

    private Earnings() {}

    /**
     * One decision.
     *
     * @param unit whose position it is, such as an account
     * @param symbol in what
     * @param position after the decision, 1 for the whole stake, negative if it is sold short
     * @param value the return until the horizon, a fraction; NaN if it is not known
     */
    public record Decision(String unit, String symbol, double position, double value) {}

    private record Holding(String unit, String symbol) {}

    /**
     * What each decision earned; NaN where its value is not known. Its position is still the previous one of the next.
     *
     * @param cost of changing the position by 1, a fraction
     */
    public static List<Double> of(double cost, List<Decision> decisions) {
        Arguments.notNegative("cost", cost);
        Map<Holding, Double> held = new HashMap<>();
        List<Double> earned = new ArrayList<>(decisions.size());
        for (Decision decision : decisions) {
            Double before = held.put(new Holding(decision.unit(), decision.symbol()), decision.position());
            double turnover = Math.abs(decision.position() - (before == null ? 0 : before));
            earned.add(decision.position() * decision.value() - cost * turnover);
        }
        return earned;
    }
}
