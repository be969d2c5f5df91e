package ai.ultrathink.understudy.experiment;

/**
 * Where the names of callers come from. UNDERSTUDY_AUTH is read in one place, and all who depend on it ask this.
 *
 * @param fromCredentials whether each caller has a credential; otherwise all may do everything, under any name
 */
public record CallerNames(boolean fromCredentials) {}
