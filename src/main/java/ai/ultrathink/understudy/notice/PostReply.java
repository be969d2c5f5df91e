package ai.ultrathink.understudy.notice;

import org.jspecify.annotations.Nullable;

/**
 * What a receiver answered.
 *
 * @param retryAfter the header Retry-After, or null
 * @param beginning of the body
 */
record PostReply(int status, @Nullable String retryAfter, String beginning) {}
