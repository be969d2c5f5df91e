package ai.ultrathink.understudy.guard;

/**
 * Which of the service's processes this is, for what people read: each has guards of its own.
 *
 * @param name of its machine
 */
public record Replica(String name) {}
