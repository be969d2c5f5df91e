package ai.ultrathink.understudy.storage.notice;

/**
 * How a destination stands.
 *
 * @param waiting notices that are to be sent
 * @param dead notices that were given up
 * @param lagSeconds the age of the oldest that waits; 0 if none does
 */
public record DestinationStanding(String destination, long waiting, long dead, double lagSeconds) {}
