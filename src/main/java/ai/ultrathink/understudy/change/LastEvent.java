package ai.ultrathink.understudy.change;

import java.time.Instant;

/** The newest event of an experiment in the audit trail. */
public record LastEvent(Instant time, String action, String actor) {}
