package ai.ultrathink.understudy.evidence;

import ai.ultrathink.understudy.evidence.OutcomeBlock.Coverage;
import ai.ultrathink.understudy.evidence.OutcomeBlock.Earned;
import ai.ultrathink.understudy.stats.Moments;
import ai.ultrathink.understudy.stats.RunningBet;

/**
 * What is left of the first blocks of an outcome plan, for the present limit, α and pair of versions. The blocks themselves stay in the
 * database, where each closing has a number, so this can be computed again.
 *
 * @param closing the number of the last closing in it
 * @param lastScale the last scale above 0, or 0
 * @param blocks the number of blocks
 * @param tested those that were bet on
 * @param differences the sum of the mean differences of these, values clipped
 * @param rawDifferences the same with the values as they came
 * @param agreeing decisions with the same action of both models
 * @param disagreeing the others
 * @param control control's decisions
 * @param treatment treatment's
 * @param disagreement the differences of the coverages of disagreements and agreements, by block
 * @param arms the differences of the coverages of treatment and control, by block
 * @param clipped what both earned, values clipped
 * @param raw the same with the values as they came
 * @param wins disagreements that treatment won
 * @param losses those that it lost
 * @param worse the bet that treatment earns less than the limit
 * @param notWorse the bet that it earns more than the limit
 * @param better the bet that it earns more than control
 */
public record OutcomeFold(
        long closing,
        double lastScale,
        long blocks,
        long tested,
        double differences,
        double rawDifferences,
        Coverage agreeing,
        Coverage disagreeing,
        Coverage control,
        Coverage treatment,
        Moments disagreement,
        Moments arms,
        Earned clipped,
        Earned raw,
        long wins,
        long losses,
        RunningBet.Money worse,
        RunningBet.Money notWorse,
        RunningBet.Money better) {}
