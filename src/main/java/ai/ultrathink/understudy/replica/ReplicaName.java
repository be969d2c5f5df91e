package ai.ultrathink.understudy.replica;

/**
 * Which of the service's processes this is, for what people read: each has guards and a fence of its own.
 *
 * @param name of its machine
 */
public record ReplicaName(String name) {}
