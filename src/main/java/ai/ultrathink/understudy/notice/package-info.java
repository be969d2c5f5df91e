/**
 * Notices of what happens to experiments: sends the events of the audit trail from the outbox to webhooks, in order for each
 * experiment and at least once. Without a destination nothing here runs.
 */
@NullMarked
package ai.ultrathink.understudy.notice;

import org.jspecify.annotations.NullMarked;
