package ai.ultrathink.understudy.storage.notice;

import ai.ultrathink.understudy.change.AuditRecord;

/**
 * A notice that this replica alone may send for a while.
 *
 * @param position its event's place in the chain
 * @param attempts how often it was claimed, this time included
 * @param event without its evidence
 */
public record ClaimedNotice(long position, int attempts, AuditRecord event) {}
