package ai.ultrathink.understudy.simulation;

/** How units differ from each other, where each has several requests. */
final class UnitDifferences {

    private UnitDifferences() {}

    /**
     * In how often their requests fail, by the standard deviation of its logarithm; in their latencies by a seventh, and in their
     * confidences by a fourteenth of that.
     */
    static Dependence inAll(double variety) {
        return (usual, unit) ->
                usual.control(like(usual.control(), unit, variety)).treatment(like(usual.treatment(), unit, variety));
    }

    private static Arm like(Arm arm, SimulatedUnit unit, double variety) {
        double differs = variety * unit.character();
        return arm.failing(arm.failureRate() * Math.exp(differs))
                .slower(Math.exp(differs / 7))
                .confident(arm.confidence() + differs / 14);
    }

    /** In how sure both models are of them, by the standard deviation of their means. */
    static Dependence inConfidence(double deviation) {
        return (usual, unit) -> {
            double differs = deviation * unit.character();
            return usual.control(usual.control().confident(usual.control().confidence() + differs))
                    .treatment(usual.treatment().confident(usual.treatment().confidence() + differs));
        };
    }

    /**
     * In how often the models agree on them: by a beta distribution around the usual agreement. The urn of Pólya draws from it
     * without knowing the unit's own rate.
     *
     * @param correlation of two requests of one unit
     */
    static Dependence inAgreement(double correlation) {
        double strength = 1 / correlation - 1;
        return (usual, unit) ->
                usual.agreeing((strength * usual.agreement() + unit.agreeing()) / (strength + unit.pairs()));
    }

    /** One account, whose requests fail at this rate with either model. */
    static Dependence badAccount(double rate) {
        return (usual, unit) -> unit.apart()
                ? usual.control(usual.control().failing(rate))
                        .treatment(usual.treatment().failing(rate))
                : usual;
    }
}
