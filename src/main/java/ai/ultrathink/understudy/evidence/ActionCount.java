package ai.ultrathink.understudy.evidence;

import org.jspecify.annotations.Nullable;

/**
 * Number of rows of a group with a given pair of actions.
 *
 * @param group control, treatment or shadow
 * @param control control's action, or null where control did not answer or did not run
 * @param treatment treatment's action, or null where treatment did not answer or did not run
 */
public record ActionCount(
        String group, @Nullable String control, @Nullable String treatment, long count) {}
