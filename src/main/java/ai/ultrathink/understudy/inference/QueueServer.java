package ai.ultrathink.understudy.inference;

/**
 * Takes the calls of queues in batches and ends each call: the threads of this process, or a worker. A model whose answers come
 * from elsewhere has another server for its queues; its queues, their bounds and their deadlines stay the same.
 */
interface QueueServer {

    /** Schedules a queue that has work. Called for every request, and never blocks. */
    void wake(RoleQueue queue);
}
