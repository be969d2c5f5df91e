package ai.ultrathink.understudy.experiment;

import java.time.Duration;

/**
 * Whether an experiment is a shadow before the first step of its ramp. This stage lasts until every limit that has to be kept in shadow
 * is shown to be kept.
 *
 * @param wanted whether the ramp has one
 * @param least the minimum time; zero for no minimum
 */
public record ShadowStagePlan(boolean wanted, Duration least) {

    /** No shadow stage: the first step comes at once. */
    public static final ShadowStagePlan NONE = new ShadowStagePlan(false, Duration.ZERO);

    /** A shadow stage without a minimum time. */
    public static final ShadowStagePlan UNTIL_SHOWN = new ShadowStagePlan(true, Duration.ZERO);

    /** As long as it takes, and at least this long. */
    public static ShadowStagePlan atLeast(Duration least) {
        return new ShadowStagePlan(true, least);
    }
}
