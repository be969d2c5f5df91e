package ai.ultrathink.understudy.replica;

/**
 * Name of this process for readers. Each process has guards and a catalog lease of its own.
 *
 * @param name of its machine
 */
public record ReplicaName(String name) {}
