package ai.ultrathink.understudy.experiment;

import java.time.Duration;

/**
 * Whether a test is a shadow before the first step of its ramp. This stage lasts until every limit that has to be kept in shadow
 * is shown to be kept.
 *
 * @param wanted whether there is one
 * @param least how long it lasts at least; zero for no longer than it takes
 */
public record ShadowStagePlan(boolean wanted, Duration least) {

    /** The first step comes at once. */
    public static final ShadowStagePlan NONE = new ShadowStagePlan(false, Duration.ZERO);

    /** As long as it takes. */
    public static final ShadowStagePlan UNTIL_SHOWN = new ShadowStagePlan(true, Duration.ZERO);

    /** As long as it takes, and at least this long. */
    public static ShadowStagePlan atLeast(Duration least) {
        return new ShadowStagePlan(true, least);
    }
}
