package ai.ultrathink.understudy.journal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CoalescingTaskTest {
    private final Queue<Runnable> background = new ArrayDeque<>();
    private final AtomicInteger runs = new AtomicInteger();
    private final CoalescingTask task = new CoalescingTask(background::add, runs::incrementAndGet);

    @Test
    void requests_while_one_waits_are_one() {
        task.request();
        task.request();

        assertEquals(1, background.size());
    }

    @Test
    void a_request_after_the_task_has_begun_runs_it_again() {
        task.request();
        Objects.requireNonNull(background.poll()).run();
        task.request();
        Objects.requireNonNull(background.poll()).run();

        assertEquals(2, runs.get());
    }
}
